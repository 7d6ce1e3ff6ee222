namespace StockPipeline.Gaps.Finding;

/// <summary>The two times there are: the market's, by which slots end, and the machine's, by which work takes its time.</summary>
internal readonly record struct Moment(DateTimeOffset Market, DateTimeOffset Machine);
