using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Contracts.Records;

/// <summary>What values of all indicators have, whatever else is in their records.</summary>
public interface IInstrumentValue
{
    Figi Figi { get; }

    DateTimeOffset OpenTime { get; }

    /// <summary>The candle under it is final; a value of the forming candle is provisional.</summary>
    bool Final { get; }

    /// <summary>Grows with every repair of the instrument's series.</summary>
    long Epoch { get; }
}
