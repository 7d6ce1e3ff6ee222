using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Candles.Forming;

/// <summary>
/// One instrument's newest candles: decides what is said of them and when. A candle is said as it forms, at most so often; once as final, when
/// that is proven; and again, with a higher revision, when it changes afterwards. Pure but for the times handed in.
/// </summary>
public sealed class CandleBook(Interval interval)
{
    /// <summary>A forming candle is said at most once in this time.</summary>
    public static readonly TimeSpan FormingPause = TimeSpan.FromMilliseconds(100);

    /// <summary>How long after its end by the exchange's time a candle is taken for closed.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Final candles remembered, to tell a correction from a repetition.</summary>
    public const int Remembered = 16;

    private readonly SortedList<DateTimeOffset, Candle> finals = [];
    private Candle? forming;
    private bool unsaid;
    private DateTimeOffset saidAt = DateTimeOffset.MinValue;

    /// <summary>Open of the newest candle known to be final.</summary>
    public DateTimeOffset? NewestFinal => finals.Count == 0 ? null : finals.Keys[^1];

    /// <summary>A candle the topic already holds as final, whoever said so.</summary>
    public void Known(Candle final)
    {
        Remember(final);
        if (forming is not null && forming.OpenTime <= final.OpenTime)
            forming = null;
    }

    /// <summary>Open of the candle that is forming.</summary>
    public DateTimeOffset? Forming => forming?.OpenTime;

    /// <summary>The candle of that open as it is known to be closed; null when it is not remembered.</summary>
    public Candle? FinalAt(DateTimeOffset openTime) => finals.GetValueOrDefault(openTime);

    /// <summary>Leaves the forming candle of that open alone: whether what is known of it is all of it has come into doubt.</summary>
    public void Leave(DateTimeOffset openTime)
    {
        if (forming?.OpenTime == openTime)
            forming = null;
    }

    /// <summary>Says a closed candle once more, because the topic has it as forming after all.</summary>
    /// <returns>False when it is not remembered: only history can tell what it is.</returns>
    public bool Restate(DateTimeOffset openTime, ICollection<Candle> say)
    {
        if (!finals.TryGetValue(openTime, out var final))
            return false;
        say.Add(final);
        return true;
    }

    /// <summary>A candle as the stream has it now; what is to be said follows in <paramref name="say"/>.</summary>
    /// <param name="candle">As it is now.</param>
    /// <param name="now">Measures the pauses between what is said.</param>
    /// <param name="say">Takes what is to be said.</param>
    /// <param name="isWhole">It is proven to be all there is, should it be older than the one that forms.</param>
    /// <returns>False when it is older than anything remembered: only history can tell what it is now.</returns>
    public bool Take(Candle candle, DateTimeOffset now, ICollection<Candle> say, bool isWhole = false)
    {
        if (forming is { } open && candle.OpenTime == open.OpenTime)
        {
            if (candle.SameMarketData(open))
                return true;
            forming = candle;
            unsaid = true;
            SayForming(now, say);
            return true;
        }
        if (forming is null ? NewestFinal is not { } newest || candle.OpenTime > newest : candle.OpenTime > forming.OpenTime)
        {
            Close(say);
            forming = candle;
            unsaid = true;
            saidAt = DateTimeOffset.MinValue;
            SayForming(now, say);
            return true;
        }
        return Correct(candle, say, isWhole);
    }

    /// <summary>Says a forming candle whose pause is over, and closes it when the exchange's time proves it closed.</summary>
    public void Tick(DateTimeOffset now, DateTimeOffset? exchangeNow, ICollection<Candle> say)
    {
        if (forming is not { } open)
            return;
        if (exchangeNow is { } exchange && open.OpenTime + interval.Length + Grace <= exchange)
            Close(say);
        else
            SayForming(now, say);
    }

    private void SayForming(DateTimeOffset now, ICollection<Candle> say)
    {
        if (!unsaid || forming is null || now - saidAt < FormingPause)
            return;
        say.Add(forming with { Final = false });
        unsaid = false;
        saidAt = now;
    }

    private void Close(ICollection<Candle> say)
    {
        if (forming is not { } closed)
            return;
        forming = null;
        var final = closed with { Final = true };
        Remember(final);
        say.Add(final);
    }

    private bool Correct(Candle candle, ICollection<Candle> say, bool isWhole)
    {
        if (!finals.TryGetValue(candle.OpenTime, out var known))
        {
            if (!isWhole && (finals.Count == 0 || candle.OpenTime < finals.Keys[0]))
                return false;
            known = null;
        }
        if (known?.SameMarketData(candle) == true)
            return true;
        var corrected = candle with { Final = true, Revision = known is null ? 0 : known.Revision + 1 };
        Remember(corrected);
        say.Add(corrected);
        return true;
    }

    private void Remember(Candle final)
    {
        finals[final.OpenTime] = final;
        if (finals.Count > Remembered)
            finals.RemoveAt(0);
    }
}
