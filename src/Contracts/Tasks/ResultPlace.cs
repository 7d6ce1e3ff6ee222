namespace StockPipeline.Contracts.Tasks;

/// <summary>Where a long result lies: chunks of one run, in order, in one partition of <c>task-results</c>.</summary>
/// <param name="Partition">Of the topic.</param>
/// <param name="Offset">Of the first chunk.</param>
/// <param name="Chunks">How many there are; records of other tasks may lie between.</param>
/// <param name="Bytes">Of all together.</param>
/// <param name="ContentType">As HTTP calls it.</param>
/// <param name="FileName">What a download is called.</param>
public sealed record ResultPlace(int Partition, long Offset, int Chunks, long Bytes, string ContentType, string FileName);
