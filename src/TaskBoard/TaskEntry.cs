using StockPipeline.Contracts.Tasks;

namespace StockPipeline.TaskBoard;

/// <summary>One task as the table holds it.</summary>
/// <param name="State">What is true; without the result where that was left in the topic.</param>
/// <param name="Partition">Where the record stands that says so.</param>
/// <param name="Offset">The same.</param>
/// <param name="HasResultInTopic">The result has to be read from there.</param>
public sealed record TaskEntry(TaskState State, int Partition, long Offset, bool HasResultInTopic);
