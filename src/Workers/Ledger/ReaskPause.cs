using StockPipeline.Contracts.Keys;

namespace StockPipeline.Workers.Ledger;

/// <summary>
/// How long an unanswered request is waited for. By the machine's clock, because what is waited for is work: a simulated market's time may run
/// a hundred times faster than any work is done.
/// </summary>
public static class ReaskPause
{
    public static readonly TimeSpan First = TimeSpan.FromMinutes(1);

    public static readonly TimeSpan Cap = TimeSpan.FromMinutes(30);

    /// <summary>The part of a pause that differs from entry to entry, so that what was asked in one moment is not asked again in one.</summary>
    private const double Spread = 0.25;

    /// <summary>Doubles with each attempt up to the cap.</summary>
    public static TimeSpan After(int attempts, GapKey key)
    {
        var full = Math.Min(Cap.TotalSeconds, First.TotalSeconds * Math.Pow(2, Math.Clamp(attempts - 1, 0, 30)));
        var place = (FigiPartition.Murmur2(System.Text.Encoding.UTF8.GetBytes(key.ToString())) & 0xff) / 255d;
        return TimeSpan.FromSeconds(full * (1 + (Spread * place)));
    }
}
