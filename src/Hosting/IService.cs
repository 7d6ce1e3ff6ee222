namespace StockPipeline.Hosting;

/// <summary>
/// One long-running piece of work. Its constructor starts nothing: all services of a process are made first, and none runs unless every
/// setting of every one is right. If it is disposable, it is disposed when it has ended.
/// </summary>
public interface IService
{
    /// <summary>Works until stop is asked for. To return earlier, or to throw, is a failure and ends the process.</summary>
    Task RunAsync(CancellationToken stop);
}
