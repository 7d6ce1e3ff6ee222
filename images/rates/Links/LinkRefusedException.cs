using StockPipeline.Rates.Sources;

namespace StockPipeline.RatesService.Links;

/// <summary>A host has answered the opening of a stream with a refusal.</summary>
internal sealed class LinkRefusedException(Refusal refusal, Exception inner) : Exception(refusal.ToString(), inner)
{
    public Refusal Refusal { get; } = refusal;
}
