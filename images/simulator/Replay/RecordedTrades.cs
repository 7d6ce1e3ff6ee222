using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Replay;

/// <summary>Turns the recorded states of a minute into trades that add up to the last of them, told when they were heard of.</summary>
internal static class RecordedTrades
{
    private const long MinuteMs = 60_000;

    /// <summary>A correction that came later than this is told this late.</summary>
    private const long LatestMs = 5 * MinuteMs;

    public static void Append(long openMs, IReadOnlyList<RecordedCandle> states, List<Trade> trades)
    {
        var first = trades.Count;
        var told = default(RecordedCandle);
        var slot = MinuteMs / ((states.Count * 4L) + 1);
        var step = 0;
        foreach (var state in states)
        {
            var prices = Prices(told, state);
            var lots = state.Volume - told.Volume;
            for (var at = 0; at < prices.Count; at++)
            {
                // One lot for every price on the way, the rest for the last.
                var share = at == prices.Count - 1 ? lots : Math.Min(1, Math.Max(0, lots));
                lots -= share;
                var time = openMs + (slot * ++step);
                var reported = states.Count == 1 ? time : Math.Clamp(state.AtMs, time, openMs + MinuteMs + LatestMs);
                trades.Add(new Trade(time, reported, prices[at], share, Buy: state.Close >= state.Open));
            }
            told = state;
        }
        if (states.Count > 1 && !AddsUp(openMs, trades, first, states[^1]))
        {
            // A state was taken back: only the last one can be told truly.
            trades.RemoveRange(first, trades.Count - first);
            Append(openMs, [states[^1]], trades);
        }
    }

    private static List<long> Prices(in RecordedCandle before, in RecordedCandle now)
    {
        var prices = new List<long>(4);
        if (before == default)
        {
            // The shortest way through all four prices.
            prices.Add(now.Open);
            prices.AddRange(now.Close >= now.Open ? [now.Low, now.High] : new[] { now.High, now.Low });
        }
        else
        {
            if (now.High > before.High)
                prices.Add(now.High);
            if (now.Low < before.Low)
                prices.Add(now.Low);
        }
        prices.Add(now.Close);
        return prices;
    }

    private static bool AddsUp(long openMs, List<Trade> trades, int first, in RecordedCandle state) =>
        BarCache.Sum(openMs, trades[first..]) is { } bar
        && bar.Open == state.Open && bar.High == state.High && bar.Low == state.Low && bar.Close == state.Close && bar.Volume == state.Volume
        && trades.Skip(first).All(trade => trade.Lots >= 0);
}

/// <summary>
/// One state of a minute's candle that was recorded, prices in billionths. AtMs tells when it was heard of; a candle from history, at the end
/// of its minute.
/// </summary>
internal readonly record struct RecordedCandle(long AtMs, long Open, long High, long Low, long Close, long Volume);
