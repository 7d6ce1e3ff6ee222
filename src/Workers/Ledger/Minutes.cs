namespace StockPipeline.Workers.Ledger;

/// <summary>Instants as whole minutes since the Unix epoch: every interval is aligned to them, and millions of them fit into memory.</summary>
public static class Minutes
{
    /// <summary>The minute that contains the instant.</summary>
    public static int Of(DateTimeOffset instant) => OfMs(instant.ToUnixTimeMilliseconds());

    public static int OfMs(long unixMs) => (int)Math.Floor(unixMs / 60_000d);

    public static DateTimeOffset At(int minute) => DateTimeOffset.FromUnixTimeSeconds(minute * 60L);
}
