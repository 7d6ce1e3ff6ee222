namespace StockPipeline.Config.Tickers;

/// <summary>One line of a ticker file.</summary>
/// <param name="Ticker">In capitals.</param>
/// <param name="ClassCode">The board, where the line names one.</param>
/// <param name="Line">Counted from 1.</param>
public readonly record struct TickerEntry(string Ticker, string? ClassCode, int Line)
{
    /// <summary>Whether this line means that share.</summary>
    public bool Means(string ticker, string classCode) =>
        string.Equals(Ticker, ticker, StringComparison.OrdinalIgnoreCase)
        && string.Equals(ClassCode ?? TickerList.UsualClassCode, classCode, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => ClassCode is null ? Ticker : $"{Ticker}@{ClassCode}";
}
