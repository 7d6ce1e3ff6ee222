namespace StockPipeline.Workers.Asking;

/// <summary>The two times there are: the market's, by which slots end, and the machine's, by which work takes its time.</summary>
public readonly record struct Moment(DateTimeOffset Market, DateTimeOffset Machine);
