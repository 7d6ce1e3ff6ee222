using System.Globalization;

namespace StockPipeline.BrokerTests.Schemas;

/// <summary>Versions as message definitions write them: <c>3</c>, <c>0-4</c>, <c>9+</c> or <c>none</c>.</summary>
internal readonly record struct VersionRange(int First, int Last)
{
    private static readonly VersionRange None = new(0, -1);

    public static VersionRange Parse(string? text) => text switch
    {
        null or "none" => None,
        _ when text.EndsWith('+') => new(Number(text[..^1]), int.MaxValue),
        _ when text.Split('-') is [var first, var last] => new(Number(first), Number(last)),
        _ => new(Number(text), Number(text)),
    };

    public bool Holds(int version) => version >= First && version <= Last;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
