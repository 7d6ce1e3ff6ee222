using StockPipeline.Contracts.Records;

namespace StockPipeline.Workers.Ledger;

/// <summary>An entry of the ledger that is not answered yet: suspected or requested.</summary>
/// <param name="Gap">As it stands in the topic.</param>
/// <param name="SeenAt">When this process wrote or read it, by the machine's clock.</param>
/// <param name="Own">Written by this process; one that was read may be somebody else's.</param>
public sealed record LedgerEntry(Gap Gap, DateTimeOffset SeenAt, bool Own)
{
    public int From { get; } = Minutes.Of(Gap.From);

    public int To { get; } = Minutes.Of(Gap.To);
}
