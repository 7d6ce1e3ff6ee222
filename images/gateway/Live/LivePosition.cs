using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace StockPipeline.Gateway.Live;

/// <summary>
/// Up to where of the topic a client has everything: the same on every gateway. One number for each partition followed, and when that was.
/// </summary>
internal sealed record LivePosition(string Incarnation, long[] Partitions, DateTimeOffset Made)
{
    /// <summary>Longer texts are not ours.</summary>
    private const int MaxText = 1_024;

    public long For(int partition) => Partitions.Length == 1 ? Partitions[0] : Partitions[partition];

    public static bool TryParse(string text, [NotNullWhen(true)] out LivePosition? position)
    {
        position = null;
        if (text.Length > MaxText || text.Split('.') is not [var incarnation, var numbers, var seconds]
            || !long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var made)
            || made > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return false;
        }
        var partitions = new List<long>();
        foreach (var number in numbers.Split('-'))
        {
            if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var one))
                return false;
            partitions.Add(one);
        }
        position = new LivePosition(incarnation, [.. partitions], DateTimeOffset.FromUnixTimeSeconds(made));
        return true;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Incarnation}.{string.Join('-', Partitions)}.{Made.ToUnixTimeSeconds()}");
}
