namespace StockPipeline.TelegramService.Delivery;

/// <summary>
/// When the next message may go: one a second to each chat with short bursts, twenty a minute to a group, twenty-five a second to all, and not
/// before a refusal allows it. Thread-safe.
/// </summary>
internal sealed class Pace
{
    private const double AllPerSecond = 25;
    private const double AllAtOnce = 25;
    private const double ChatAtOnce = 3;
    private const double GroupPerSecond = 20.0 / 60;

    private readonly Lock gate = new();
    private readonly Dictionary<long, (double Spent, DateTimeOffset At)> chats = [];
    private (double Spent, DateTimeOffset At) all;
    private DateTimeOffset pausedUntil;

    /// <summary>How long to wait; where it is no time, the message counts as sent.</summary>
    public TimeSpan WaitFor(long chat, DateTimeOffset now)
    {
        lock (gate)
        {
            if (pausedUntil > now)
                return pausedUntil - now;
            var (ofChat, ofAll) = (Left(chats.GetValueOrDefault(chat), now, RateOf(chat)), Left(all, now, AllPerSecond));
            var wait = Math.Max((ofChat + 1 - ChatAtOnce) / RateOf(chat), (ofAll + 1 - AllAtOnce) / AllPerSecond);
            if (wait > 1e-6)
                return TimeSpan.FromSeconds(wait);
            (chats[chat], all) = ((ofChat + 1, now), (ofAll + 1, now));
            return TimeSpan.Zero;
        }
    }

    /// <summary>Nothing goes before then.</summary>
    public void Pause(DateTimeOffset until)
    {
        lock (gate)
            pausedUntil = until > pausedUntil ? until : pausedUntil;
    }

    private static double RateOf(long chat) => chat < 0 ? GroupPerSecond : 1;

    private static double Left((double Spent, DateTimeOffset At) bucket, DateTimeOffset now, double perSecond) =>
        Math.Max(0, bucket.Spent - (perSecond * Math.Max(0, (now - bucket.At).TotalSeconds)));
}
