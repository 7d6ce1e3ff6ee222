using StockPipeline.Contracts.Keys;

namespace StockPipeline.Contracts.Records;

/// <summary>One record of the configuration topic: an instrument or a trading day, never both.</summary>
public sealed record ConfigRecord
{
    private ConfigRecord(Instrument? instrument, TradingDay? tradingDay)
    {
        Instrument = instrument;
        TradingDay = tradingDay;
    }

    public Instrument? Instrument { get; }

    public TradingDay? TradingDay { get; }

    /// <summary>The key the record stands under.</summary>
    public ConfigKey Key => Instrument is { } instrument
        ? ConfigKey.Of(instrument.Figi)
        : ConfigKey.Of(TradingDay!.Date, TradingDay.Exchange);

    public static ConfigRecord Of(Instrument instrument) => new(instrument, null);

    public static ConfigRecord Of(TradingDay day) => new(null, day);
}
