using StockPipeline.Contracts.Time;

namespace StockPipeline.Candles;

/// <summary>
/// Which intervals have streams of their own where the account has few: the shortest first, and always the minutes, of which all others can be
/// made. Follows from the account alone, so that ingesters that start together come to the same answer. Pure.
/// </summary>
internal static class StreamShares
{
    /// <summary>The tariff may count one more than it grants, for a client that connects anew while its old stream is not given up yet.</summary>
    private const int ForReconnects = 1;

    /// <param name="interval">Whose ingester asks.</param>
    /// <param name="streams">How many an interval needs.</param>
    /// <param name="limit">How many the account has.</param>
    /// <param name="open">How many are open, by whomever.</param>
    public static bool Allows(Interval interval, int streams, int limit, int open)
    {
        var place = Interval.All.Count(other => other.CompareTo(interval) < 0);
        if (place == 0)
            return true;
        return limit - ForReconnects >= streams * (place + 1) && limit - Math.Max(open, streams) >= streams;
    }
}
