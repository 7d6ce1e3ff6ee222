using StockPipeline.Hosting;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;

namespace StockPipeline.HostedProcess;

/// <summary>A service that works, returns, throws or hangs as it is told.</summary>
internal sealed partial class SampleService : IService, IDisposable
{
    private readonly string behaviour;
    private readonly HealthCheck check;
    private readonly Counter turns;
    private readonly TimeProvider clock;
    private readonly ILogger<SampleService> log;

    public SampleService(ServiceContext context)
    {
        behaviour = context.Settings.Choice("BEHAVIOUR", "work",
            ("work", "work"), ("return", "return"), ("throw", "throw"), ("hang", "hang"),
            ("fail-on-stop", "fail-on-stop"), ("hold-thread", "hold-thread"));
        context.Settings.WholeNumber("MACD_FAST", 12, 1, 1_000);
        context.Settings.Secret("TOKEN");
        check = context.Health.Check("work");
        turns = context.Metrics.Counter("sample_turns_total", "Turns of the sample's loop.");
        clock = context.Clock;
        log = context.Logger<SampleService>();
    }

    public void Dispose() => Disposed(log);

    public async Task RunAsync(CancellationToken stop)
    {
        Working(log);
        check.Ready();
        turns.Increment();
        if (behaviour == "return")
            return;
        if (behaviour == "throw")
            throw new InvalidOperationException("The sample was told\nto throw.");
        if (behaviour == "hold-thread")
            new Thread(() => new ManualResetEvent(initialState: false).WaitOne()).Start();
        if (behaviour is "hang" or "hold-thread")
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, CancellationToken.None);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, stop);
        }
        catch (OperationCanceledException) when (behaviour == "fail-on-stop")
        {
            throw new InvalidOperationException("The last batch could not be written.");
        }
    }

    [LoggerMessage(1, LogLevel.Information, "working")]
    private static partial void Working(ILogger log);

    [LoggerMessage(2, LogLevel.Information, "disposed")]
    private static partial void Disposed(ILogger log);
}
