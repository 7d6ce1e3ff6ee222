namespace StockPipeline.Tasks.Schedules;

/// <summary>What is wrong with a schedule, and where.</summary>
/// <param name="Field">Its name in a request.</param>
/// <param name="Message">For people.</param>
public sealed record ScheduleProblem(string Field, string Message);
