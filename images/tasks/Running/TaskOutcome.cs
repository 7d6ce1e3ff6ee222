using StockPipeline.Contracts.Tasks;

namespace StockPipeline.TaskWorkers.Running;

/// <summary>What came of a task: JSON, or the place of a file.</summary>
public sealed record TaskOutcome(string? Json, ResultPlace? Place)
{
    public static TaskOutcome Of(string json) => new(json, null);

    public static TaskOutcome Of(ResultPlace place) => new(null, place);
}
