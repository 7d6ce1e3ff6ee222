namespace StockPipeline.Indicators.Signals;

/// <summary>When something that people act on has happened: one number was not beyond another, and with the next final value it is.</summary>
/// <param name="Name">At the end of the rule's name: <c>leaves-30</c>.</param>
/// <param name="IsUp">It goes above; otherwise below.</param>
/// <param name="Line">Which line crosses; null for the close.</param>
/// <param name="Against">Which line is crossed; null for <paramref name="Level"/>.</param>
/// <param name="Level">Which height is crossed, where it is no line.</param>
public sealed record SignalRule(string Name, bool IsUp, string? Line, string? Against, double Level = 0)
{
    public static IReadOnlyList<SignalRule> Crossing(string line, string against) =>
        [new("crosses-up", IsUp: true, line, against), new("crosses-down", IsUp: false, line, against)];

    /// <summary>The line comes back from an extreme.</summary>
    public static IReadOnlyList<SignalRule> Leaving(string line, double low, double high) =>
        [new($"leaves-{low}", IsUp: true, line, null, low), new($"leaves-{high}", IsUp: false, line, null, high)];

    /// <summary>The close goes beyond a band.</summary>
    public static IReadOnlyList<SignalRule> Bands(string upper, string lower) =>
        [new("close-above", IsUp: true, null, upper), new("close-below", IsUp: false, null, lower)];
}
