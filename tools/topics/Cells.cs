using StockPipeline.Contracts.Records;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Topics;

/// <summary>The records of the pipeline as named values.</summary>
internal static class Cells
{
    public static IReadOnlyList<Cell> Of(object record, Func<Contracts.Instruments.Figi, string?> tickerOf) => record switch
    {
        Candle candle =>
        [
            new("ticker", tickerOf(candle.Figi)), new("figi", candle.Figi), new("openTime", candle.OpenTime), new("open", candle.Open),
            new("high", candle.High), new("low", candle.Low), new("close", candle.Close), new("volume", candle.Volume),
            new("lastTradeTime", candle.LastTradeTime), new("final", candle.Final), new("source", candle.Source), new("revision", candle.Revision),
        ],
        MacdValue value =>
        [
            new("ticker", tickerOf(value.Figi)), new("figi", value.Figi), new("openTime", value.OpenTime), new("close", value.Close),
            new("mainLine", value.MainLine), new("signalLine", value.SignalLine), new("histogram", value.Histogram), new("final", value.Final),
            new("parameters", $"{value.Parameters.Fast}/{value.Parameters.Slow}/{value.Parameters.Signal}"), new("epoch", value.Epoch),
        ],
        IndicatorValue value =>
        [
            new("ticker", tickerOf(value.Figi)), new("figi", value.Figi), new("openTime", value.OpenTime), new("close", value.Close),
            .. LinesOf(value), new("final", value.Final), new("indicator", value.Indicator), new("parameters", value.Parameters),
            new("epoch", value.Epoch),
        ],
        Signal signal =>
        [
            new("ticker", tickerOf(signal.Figi)), new("figi", signal.Figi), new("openTime", signal.OpenTime), new("rule", signal.Rule),
            new("interval", signal.Interval), new("indicator", signal.Indicator), new("parameters", signal.Parameters),
        ],
        Gap gap =>
        [
            new("ticker", tickerOf(gap.Figi)), new("figi", gap.Figi), new("interval", gap.Interval), new("from", gap.From), new("to", gap.To),
            new("missing", gap.Missing), new("state", gap.State), new("attempts", gap.Attempts), new("updatedAt", gap.UpdatedAt),
        ],
        HistoryTask task =>
        [
            new("ticker", tickerOf(task.Figi)), new("figi", task.Figi), new("interval", task.Interval), new("from", task.From), new("to", task.To),
            new("reason", task.Reason), new("attempt", task.Attempt), new("id", task.Id),
        ],
        Instrument instrument =>
        [
            new("ticker", instrument.Ticker), new("figi", instrument.Figi), new("classCode", instrument.ClassCode), new("name", instrument.Name),
            new("currency", instrument.Currency), new("lot", instrument.Lot), new("minPriceIncrement", instrument.MinPriceIncrement),
            new("exchange", instrument.Exchange), new("weekend", instrument.Weekend), new("uid", instrument.Uid),
        ],
        TradingDay day =>
        [
            new("date", day.Date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)), new("exchange", day.Exchange),
            new("sessions", day.IsTradingDay ? string.Join(", ", day.Sessions.Select(Text)) : "none"),
            new("inferred", day.Inferred),
        ],
        _ => throw new InvalidOperationException($"{record.GetType()} is not a record of the pipeline."),
    };

    /// <summary>Every line of the indicator, so that all records have the same columns; one that has no value yet is empty.</summary>
    private static IEnumerable<Cell> LinesOf(IndicatorValue value)
    {
        var known = IndicatorCatalogue.All.FirstOrDefault(kind => kind.Description.Name == value.Indicator)?.Description.Lines
            .Select(line => line.Name) ?? value.Lines.Select(line => line.Name);
        return known.Select(name => new Cell(
            name, value.Lines.Where(line => line.Name == name).Select(line => (object?)line.Value).FirstOrDefault()));
    }

    private static string Text(TradingSession session) => $"{session.Kind} {session.Start:HH:mm}-{session.End:HH:mm}";
}
