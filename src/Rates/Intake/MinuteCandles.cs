using StockPipeline.Contracts.Time;

namespace StockPipeline.Rates.Intake;

/// <summary>
/// The minutes of one feed as its prices come: the one that is open, and the one before it, which a late price may still correct. Pure; one
/// thread at a time.
/// </summary>
public sealed class MinuteCandles
{
    /// <summary>How long after its end a minute waits for prices that are on their way.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private MinuteCandle? before;
    private bool beforeChanged;
    private bool openChanged;

    /// <summary>The newest minute.</summary>
    public MinuteCandle? Open { get; private set; }

    /// <summary>Goes on with a minute that another has begun.</summary>
    public void Resume(MinuteCandle minute) => (Open, openChanged) = (minute, true);

    /// <summary>False where the price belongs to a minute that is not kept any more.</summary>
    public bool Take(decimal price, DateTimeOffset at)
    {
        var minute = Interval.OneMinute.Align(at);
        if (Open is null || minute > Open.OpenTime)
        {
            // The successor is the proof that the minute is over.
            if (Open is { } ended)
                (before, beforeChanged) = (ended with { Final = true }, openChanged || !ended.Final);
            (Open, openChanged) = (MinuteCandle.Of(minute, price, at), true);
            return true;
        }
        if (minute == Open.OpenTime)
        {
            (Open, openChanged) = (Open.With(price, at), true);
            return true;
        }
        if (before is null || minute != before.OpenTime)
            return false;
        (before, beforeChanged) = (before.With(price, at), true);
        return true;
    }

    /// <summary>Closes the open minute once its end and the grace have passed; the caller knows the source to be alive.</summary>
    public void Close(DateTimeOffset now)
    {
        if (Open is { Final: false } open && now >= open.OpenTime + Interval.OneMinute.Length + Grace)
            (Open, openChanged) = (open with { Final = true }, true);
    }

    /// <summary>Hands over what has changed since the last time, the older minute first.</summary>
    public void Drain(ICollection<MinuteCandle> changed)
    {
        if (beforeChanged)
            changed.Add(before!);
        if (openChanged)
            changed.Add(Open!);
        (beforeChanged, openChanged) = (false, false);
    }

    /// <summary>Whether a minute that is over waits to be handed over.</summary>
    public bool HasFinal => beforeChanged || (openChanged && Open is { Final: true });
}
