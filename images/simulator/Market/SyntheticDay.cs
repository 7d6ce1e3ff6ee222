using System.Runtime.CompilerServices;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Simulator.Market;

/// <summary>
/// The trades of one listing on one date, made up from hashes of each minute. As in all that a year is added up by: the compiler is told to do its
/// best at once, for who starts everything together waits for the trades of a year, and a compiler busy with all the rest comes to them last.
/// </summary>
internal sealed class SyntheticDay : IDayTape
{
    private const int MinuteMs = 60_000;

    private const int MinutesPerDay = 1440;

    /// <summary>One minute in so many has a last trade that the broker hears of only after the minute.</summary>
    private const int LateEvery = 150;

    /// <summary>How late, at most.</summary>
    private const int LatestMs = 8_000;

    private readonly SyntheticProfile profile;
    private readonly long firstMinute;
    private readonly double[] prices = [];
    private readonly SessionKind?[] kinds = [];

    public SyntheticDay(SyntheticProfile profile, DateOnly date, IReadOnlyList<TradingSession> sessions)
    {
        this.profile = profile;
        if (sessions.Count == 0)
            return;
        var midnight = new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero);
        Minutes = ((int)(sessions[0].Start - midnight).TotalMinutes, Math.Min(MinutesPerDay, (int)(sessions[^1].End - midnight).TotalMinutes));
        firstMinute = (midnight.ToUnixTimeMilliseconds() / MinuteMs) + Minutes.From;
        kinds = new SessionKind?[Minutes.To - Minutes.From];
        foreach (var session in sessions)
        {
            var from = (int)(session.Start - midnight).TotalMinutes - Minutes.From;
            var to = (int)(session.End - midnight).TotalMinutes - Minutes.From;
            // An auction trades once, in its last minute.
            kinds.AsSpan((IsAuction(session.Kind) ? to - 1 : from)..to).Fill(session.Kind);
        }
        prices = new double[kinds.Length + 1];
        profile.Path.Fill(prices, firstMinute);
    }

    public (int From, int To) Minutes { get; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(int minuteOfDay, List<Trade> trades)
    {
        var at = minuteOfDay - Minutes.From;
        if (at < 0 || at >= kinds.Length || kinds[at] is not { } kind)
            return;
        var minute = firstMinute + at;
        var minuteHash = SeededHash.At(profile.MinuteKey, minute);
        var count = profile.Count(kind, SeededHash.Unit(minuteHash));
        if (count == 0)
            return;
        var late = SeededHash.At(minuteHash, -1);
        var openMs = minute * MinuteMs;
        var slot = (double)MinuteMs / count;
        for (var trade = 0; trade < count; trade++)
        {
            var hash = SeededHash.At(minuteHash, trade);
            var offset = Math.Min(MinuteMs - 1, (int)((trade + ((hash & 0xffff) / 65536.0)) * slot));
            var isLate = trade == count - 1 && late % LateEvery == 0;
            var reported = isLate ? openMs + MinuteMs + 1 + (long)((late >> 32) % LatestMs) : openMs + offset;
            var price = PriceAt(at, IsAuction(kind) ? 0 : offset, hash, kind);
            trades.Add(new Trade(openMs + offset, reported, price, Lots(hash), Buy: ((hash >> 48) & 1) == 0));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long PriceAt(int at, int offsetMs, ulong hash, SessionKind kind)
    {
        var middle = prices[at] + ((prices[at + 1] - prices[at]) * offsetMs / MinuteMs);
        // The sum of two dice: mostly near the middle, within a few increments and a tenth of a per mille.
        var dice = ((int)((hash >> 16) & 0xff) + (int)((hash >> 24) & 0xff) - 255) / 255.0;
        var spread = IsAuction(kind) ? 0 : ((2 * profile.Increment) + (middle * 1e9 * 0.0002)) * dice;
        var increments = Math.Max(1, (long)Math.Round(((middle * 1e9) + spread) / profile.Increment));
        return increments * profile.Increment;
    }

    /// <summary>Small trades are common, large ones rare.</summary>
    private long Lots(ulong hash)
    {
        var share = ((hash >> 32) & 0xffff) / 65536.0;
        return 1 + (long)(share * share * share * share * profile.LargestTrade);
    }

    private static bool IsAuction(SessionKind kind) => kind is SessionKind.OpeningAuction or SessionKind.ClosingAuction or SessionKind.EveningAuction;
}
