namespace StockPipeline.RatesService.Links;

/// <summary>
/// Which feeds have been silent for too long. Each time one is asked for anew it may be silent twice as long, for most are merely quiet. Pure.
/// </summary>
internal sealed class FeedWatch(TimeSpan firstLimit)
{
    private static readonly TimeSpan LongestLimit = TimeSpan.FromMinutes(30);

    private readonly Dictionary<string, (DateTimeOffset Since, TimeSpan Limit)> asked = new(StringComparer.Ordinal);

    /// <param name="feeds">All that are asked for.</param>
    /// <param name="heard">When each was last heard.</param>
    /// <param name="opened">When the connection was opened.</param>
    /// <param name="now">The time.</param>
    public List<(string Feed, TimeSpan Silence)> Silent(
        IReadOnlyCollection<string> feeds, IReadOnlyDictionary<string, DateTimeOffset> heard, DateTimeOffset opened, DateTimeOffset now)
    {
        var silent = new List<(string, TimeSpan)>();
        foreach (var feed in feeds)
        {
            var since = heard.TryGetValue(feed, out var at) ? at : opened;
            if (!asked.TryGetValue(feed, out var before) || since > before.Since)
                before = (since, firstLimit);
            if (now - before.Since > before.Limit)
            {
                silent.Add((feed, now - since));
                before = (now, before.Limit * 2 < LongestLimit ? before.Limit * 2 : LongestLimit);
            }
            asked[feed] = before;
        }
        return silent;
    }
}
