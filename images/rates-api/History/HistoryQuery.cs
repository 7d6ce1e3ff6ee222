using System.Globalization;

namespace StockPipeline.RatesApi.History;

/// <summary>What is asked of the past.</summary>
internal sealed record HistoryQuery
{
    public const int UsualLimit = 200;

    public const int MostCandles = 1_500;

    public HistoryStep Step { get; private init; }

    public string? Source { get; private init; }

    public DateTimeOffset From { get; private init; } = DateTimeOffset.MinValue;

    public DateTimeOffset To { get; private init; } = DateTimeOffset.MaxValue;

    public int Limit { get; private init; } = UsualLimit;

    /// <returns>What is wrong, in a sentence; null where nothing is.</returns>
    public static string? TryRead(IQueryCollection text, out HistoryQuery query)
    {
        query = new HistoryQuery();
        if (text.TryGetValue("interval", out var interval))
        {
            if (!Enum.TryParse<HistoryStep>(interval, ignoreCase: true, out var step) || !Enum.IsDefined(step))
                return $"interval is '{interval}'; allowed: minute, hour, day";
            query = query with { Step = step };
        }
        if (text.TryGetValue("limit", out var limit))
        {
            if (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > MostCandles)
                return $"limit is '{limit}'; allowed: 1 to {MostCandles}";
            query = query with { Limit = count };
        }
        foreach (var name in (ReadOnlySpan<string>)["from", "to"])
        {
            if (!text.TryGetValue(name, out var instant))
                continue;
            const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
            if (!DateTimeOffset.TryParse(instant, CultureInfo.InvariantCulture, utc, out var at))
                return $"{name} is '{instant}'; an instant in UTC such as 2026-11-20T07:00:00Z is expected";
            query = name == "from" ? query with { From = at } : query with { To = at };
        }
        query = query with { Source = text.TryGetValue("source", out var source) ? source.ToString() : null };
        return null;
    }
}

/// <summary>How long a candle of the past is.</summary>
internal enum HistoryStep
{
    Minute,
    Hour,
    Day,
}
