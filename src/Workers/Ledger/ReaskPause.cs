using System.ComponentModel.DataAnnotations;
using StockPipeline.Contracts.Keys;
using StockPipeline.Hosting.Options;

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

    /// <summary>Doubles with each attempt up to the cap.</summary>
    public TimeSpan After(int attempts, GapKey key)
    {
        var full = Math.Min(Cap.TotalSeconds, First.TotalSeconds * Math.Pow(2, Math.Clamp(attempts - 1, 0, 30)));
        var place = (FigiPartition.Murmur2(System.Text.Encoding.UTF8.GetBytes(key.ToString())) & 0xff) / 255d;
        return TimeSpan.FromSeconds(full * (1 + (Spread * place)));
    }
}

/// <summary>How long an unanswered request is waited for, as users set it.</summary>
public sealed class ReaskOptions : IValidatableObject
{
    [ConfigurationKeyName("REASK_AFTER"), DurationRange("1s", "1h")]
    public TimeSpan After { get; set; } = ReaskPause.Usual.First;

    [ConfigurationKeyName("REASK_AT_LATEST"), DurationRange("1s", "1d")]
    public TimeSpan? AtLatest { get; set; }

    public ReaskPause Pause => new(After, AtLatest ?? (After > ReaskPause.Usual.Cap ? After : ReaskPause.Usual.Cap));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AtLatest < After)
            yield return new ValidationResult("a duration that is not shorter than REASK_AFTER", [nameof(AtLatest)]);
    }
}
