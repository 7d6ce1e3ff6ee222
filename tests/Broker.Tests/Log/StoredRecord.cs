namespace StockPipeline.BrokerTests.Log;

/// <summary>A record as a consumer sees it.</summary>
internal sealed record StoredRecord(long Offset, long Time, string? Key, string? Value);
