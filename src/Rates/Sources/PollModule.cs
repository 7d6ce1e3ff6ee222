namespace StockPipeline.Rates.Sources;

/// <summary>A source that is asked for prices again and again.</summary>
public abstract class PollModule : SourceModule
{
    public override IReadOnlyList<string> Schemes => ["https", "http"];

    public abstract PollRules Rules { get; }

    /// <summary>The requests that ask for all of these feeds, as few as the source allows.</summary>
    /// <param name="url">The rows' host and path.</param>
    /// <param name="feeds">Their names.</param>
    public abstract IReadOnlyList<PollRequest> Requests(Uri url, IReadOnlyList<string> feeds);

    /// <summary>Reads an answer.</summary>
    /// <exception cref="FormatException">It is none that the source gives.</exception>
    public abstract void Take(ReadOnlySpan<byte> body, IReadOnlyList<string> feeds, IFrameSink sink);

    /// <summary>What a refusal means. The general rule is that of HTTP; a source that says more says it here.</summary>
    public virtual Refusal Refuse(int status, TimeSpan? retryAfter, ReadOnlySpan<byte> body) => Refusal.Of(status, retryAfter, Refusal.OneLine(body));

    /// <summary>The header that carries the key of an account; null where there is none.</summary>
    public virtual string? KeyHeader(Uri url) => null;
}
