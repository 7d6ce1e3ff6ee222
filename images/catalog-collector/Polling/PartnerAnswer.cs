namespace StockPipeline.CatalogCollector.Polling;

/// <summary>One page of a partner's listing as it came.</summary>
/// <param name="Body">The bytes, until the next question; empty where nothing changed since the tag was given.</param>
/// <param name="Tag">What the next request asks with; null where the partner gives none.</param>
/// <param name="Unchanged">The partner says that the page is the one of that tag.</param>
internal sealed record PartnerAnswer(ReadOnlyMemory<byte> Body, string? Tag, bool Unchanged);

/// <summary>A partner that did not answer, or said that it failed.</summary>
internal sealed class PartnerUnavailableException : Exception
{
    public PartnerUnavailableException(string message, TimeSpan? retryAfter, Exception? inner = null)
        : base(message, inner) => RetryAfter = retryAfter;

    /// <summary>When the partner asks to be asked again.</summary>
    public TimeSpan? RetryAfter { get; }
}
