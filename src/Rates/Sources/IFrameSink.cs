using StockPipeline.Contracts.Rates;

namespace StockPipeline.Rates.Sources;

/// <summary>Told by a module what a source has said.</summary>
public interface IFrameSink
{
    /// <summary>A price of the feed of that name.</summary>
    void Take(string feed, in Tick tick);

    /// <summary>The source says how it stands with a feed.</summary>
    void TakeStatus(string feed, RateStatus status, string reason);

    /// <summary>The connection works, though nothing is said of any feed.</summary>
    void Alive();

    /// <summary>The source is going to stop: another connection is to be opened now.</summary>
    void Ending(string reason);

    /// <summary>The source has refused something, which harms nothing but that.</summary>
    void Refused(string reason);
}
