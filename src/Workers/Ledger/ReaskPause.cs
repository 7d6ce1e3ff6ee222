using StockPipeline.Contracts.Keys;
using StockPipeline.Hosting;

namespace StockPipeline.Workers.Ledger;

/// <summary>
/// How long an unanswered request is waited for. By the machine's clock, because what is waited for is work: a simulated market's time may run
/// a hundred times faster than any work is done.
/// </summary>
/// <param name="First">Before the first repetition.</param>
/// <param name="Cap">Before any.</param>
public sealed record ReaskPause(TimeSpan First, TimeSpan Cap)
{
    public static readonly ReaskPause Usual = new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(30));

    /// <summary>The part of a pause that differs from entry to entry, so that what was asked in one moment is not asked again in one.</summary>
    private const double Spread = 0.25;

    /// <summary>How many first pauses a request that may be somebody else's is left to them.</summary>
    private const int OthersTurns = 5;

    /// <summary>How long a request that may be somebody else's is left to them.</summary>
    public TimeSpan ForOthers => First * OthersTurns;

    public static ReaskPause From(Settings settings)
    {
        var first = settings.Duration("REASK_AFTER", Usual.First, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        var cap = settings.Duration("REASK_AT_LATEST", first > Usual.Cap ? first : Usual.Cap, first, TimeSpan.FromDays(1));
        return new ReaskPause(first, cap);
    }

    /// <summary>Doubles with each attempt up to the cap.</summary>
    public TimeSpan After(int attempts, GapKey key)
    {
        var full = Math.Min(Cap.TotalSeconds, First.TotalSeconds * Math.Pow(2, Math.Clamp(attempts - 1, 0, 30)));
        var place = (FigiPartition.Murmur2(System.Text.Encoding.UTF8.GetBytes(key.ToString())) & 0xff) / 255d;
        return TimeSpan.FromSeconds(full * (1 + (Spread * place)));
    }
}
