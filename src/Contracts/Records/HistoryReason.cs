namespace StockPipeline.Contracts.Records;

/// <summary>Why history is asked. The numbers are the positions of the symbols in the Avro enum.</summary>
public enum HistoryReason
{
    /// <summary>Fewer candles than an indicator needs.</summary>
    Lack = 0,

    /// <summary>A hole in the candles.</summary>
    Gap = 1,

    /// <summary>Published candles are compared with the reference again; what is known already is fetched anew.</summary>
    Audit = 2,

    /// <summary>An ingester or a user asks.</summary>
    Request = 3,
}
