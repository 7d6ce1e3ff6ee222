using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;

namespace StockPipeline.HostedProcess;

internal sealed class SampleOptions
{
    [ConfigurationKeyName("BEHAVIOUR"), AllowedValues("work", "return", "throw", "hang", "fail-on-stop", "hold-thread")]
    public string Behaviour { get; set; } = "work";

    [ConfigurationKeyName("MACD_FAST"), Range(1, 1_000)]
    public int Fast { get; set; } = 12;

    [ConfigurationKeyName("TOKEN")]
    public Secret? Token { get; set; }
}

/// <summary>Something that a service owns: disposed when it has stopped.</summary>
internal sealed partial class SampleResource(ILogger<SampleResource> log) : IAsyncDisposable
{
    public ValueTask DisposeAsync()
    {
        Disposed(log);
        return ValueTask.CompletedTask;
    }

    [LoggerMessage(2, LogLevel.Information, "disposed")]
    private static partial void Disposed(ILogger log);
}

/// <summary>A service that works, returns, throws or hangs as it is told.</summary>
internal sealed partial class SampleWorker(
    IOptions<SampleOptions> options, SampleResource resource, Health health, Metrics metrics, TimeProvider clock, ILogger<SampleWorker> log)
    : PipelineWorker
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        Working(log);
        health.Check("work").Ready();
        metrics.Counter("sample_turns_total", "Turns of the sample's loop.").Increment();
        var behaviour = options.Value.Behaviour;
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
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken);
        }
        catch (OperationCanceledException) when (behaviour == "fail-on-stop")
        {
            throw new InvalidOperationException("The last batch could not be written.");
        }
    }

    [LoggerMessage(1, LogLevel.Information, "working")]
    private static partial void Working(ILogger log);
}
