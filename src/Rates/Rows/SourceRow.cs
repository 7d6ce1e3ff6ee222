namespace StockPipeline.Rates.Rows;

/// <summary>A row of trade_info that is worked on.</summary>
/// <param name="Id">Of the row.</param>
/// <param name="Module">The name of its module.</param>
/// <param name="Url">Where the prices are, without what is asked for.</param>
/// <param name="Feeds">What it asks for.</param>
public sealed record SourceRow(long Id, string Module, Uri Url, IReadOnlyList<Feed> Feeds)
{
    /// <summary>Rows of one link share connections and requests.</summary>
    public LinkName Link => new(Module, Url.GetLeftPart(UriPartial.Authority));
}
