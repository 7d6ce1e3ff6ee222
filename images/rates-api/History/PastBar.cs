namespace StockPipeline.RatesApi.History;

/// <summary>A candle as it is kept: in billionths, with the minutes it begins and ends with, for they may come in any order.</summary>
internal readonly record struct PastBar(int OpenMinute, int FirstMinute, int LastMinute, long Open, long High, long Low, long Close)
{
    /// <summary>This one and another minute of the same stretch.</summary>
    public PastBar With(in PastBar minute) => this with
    {
        FirstMinute = Math.Min(FirstMinute, minute.FirstMinute),
        LastMinute = Math.Max(LastMinute, minute.LastMinute),
        Open = minute.FirstMinute <= FirstMinute ? minute.Open : Open,
        Close = minute.LastMinute >= LastMinute ? minute.Close : Close,
        High = Math.Max(High, minute.High),
        Low = Math.Min(Low, minute.Low),
    };
}
