using StockPipeline.Contracts.Rates;

namespace StockPipeline.Rates.Sources;

/// <summary>
/// One way of asking one exchange for prices: what it calls things, how it is asked, what its answers mean. Knows no connection, no clock and
/// no logger. A new exchange is a folder with a class derived from this; nothing else has to know of it.
/// </summary>
public abstract class SourceModule
{
    /// <summary>What rows call it in task_type.</summary>
    public abstract string Name { get; }

    /// <summary>Other names rows may use.</summary>
    public virtual IReadOnlyList<string> Aliases => [];

    /// <summary>What a URL may begin with.</summary>
    public abstract IReadOnlyList<string> Schemes { get; }

    /// <summary>How old a price may be and count as fresh, where the row does not say.</summary>
    public abstract TimeSpan UsualMaxAge { get; }

    /// <summary>Fills in what to ask for.</summary>
    /// <param name="url">The row's.</param>
    /// <param name="pairs">Its pairs.</param>
    /// <param name="feeds">What is asked for, one for each pair.</param>
    /// <returns>What is wrong with the row, in a sentence; null where nothing is.</returns>
    public abstract string? Read(Uri url, IReadOnlyList<RatePair> pairs, ICollection<AskedFeed> feeds);
}
