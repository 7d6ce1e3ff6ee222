namespace StockPipeline.TaskWorkers.Running;

/// <summary>How one replica works.</summary>
/// <param name="Light">Short tasks that run at the same time.</param>
/// <param name="Heavy">Tasks that read or write much, likewise.</param>
/// <param name="Waiting">Tasks that wait for somebody else most of the time, likewise.</param>
public sealed record TaskWorkerOptions(int Light = 16, int Heavy = 2, int Waiting = 32);
