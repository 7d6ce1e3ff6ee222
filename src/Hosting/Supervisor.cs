using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;

namespace StockPipeline.Hosting;

/// <summary>Checks all settings, starts the services stage by stage, watches them, and stops them in the reverse order.</summary>
internal sealed class Supervisor
{
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(20);

    private readonly IReadOnlyList<ServiceDefinition> definitions;
    private readonly IReadOnlyDictionary<string, string> environment;
    private readonly TimeProvider clock;
    private readonly TextWriter errors;
    private int code = ExitCode.Clean;

    public Supervisor(
        IReadOnlyList<ServiceDefinition> definitions, IReadOnlyDictionary<string, string> environment, TimeProvider clock, TextWriter errors)
    {
        if (definitions.Count == 0 || definitions.DistinctBy(definition => definition.Name).Count() != definitions.Count)
            throw new ArgumentException("A process runs at least one service, and each has a name of its own.", nameof(definitions));
        this.definitions = definitions;
        this.environment = environment;
        this.clock = clock;
        this.errors = errors;
    }

    /// <summary>Whether something would not end in time, and only the end of the process will end it.</summary>
    public bool LeftSomethingRunning { get; private set; }

    /// <summary>The port of the status pages; 0 until they are served.</summary>
    public int StatusPort { get; private set; }

    public async Task<int> RunAsync(CancellationToken stopAsked)
    {
        var common = new Settings(environment);
        var settings = RunnerSettings.From(common);
        using var logs = Logs.Create(settings.LogFormat, settings.LogLevel);
        var log = logs.CreateLogger<Supervisor>();
        var metrics = new MetricRegistry(clock);
        ProcessMetrics.Declare(metrics);
        ServiceRun[] runs = [.. definitions.Select(definition => new ServiceRun(definition, ContextOf(definition, logs, metrics)))];
        try
        {
            if (!CreateAll(runs, common, log))
                return code;
            var board = new StatusBoard([.. runs.Select(run => run.Context.Health)], metrics);
            await using var server = await ServeStatusAsync(settings, board, logs, stopAsked);
            if (code == ExitCode.Clean)
                await WorkAsync(runs, settings, board, log, stopAsked);
        }
        finally
        {
            using var deadline = new CancellationTokenSource(settings.StopTimeout, clock);
            await DisposeAllAsync(runs, settings.StopTimeout, log, deadline.Token);
        }
        if (code == ExitCode.Clean)
            Log.Stopped(log);
        return code;
    }

    private ServiceContext ContextOf(ServiceDefinition definition, ILoggerFactory logs, MetricRegistry metrics)
    {
        var values = new Dictionary<string, string>(environment, StringComparer.Ordinal);
        foreach (var (name, value) in definition.Overrides)
            values[name] = value;
        return new ServiceContext
        {
            Name = definition.Name,
            Settings = new Settings(values),
            LoggerFactory = definitions.Count == 1 ? logs : new NamedLoggerFactory(definition.Name, logs),
            Clock = clock,
            Health = new Health(definition.Name, clock),
            Metrics = new Metrics(metrics, definition.Name),
        };
    }

    private bool CreateAll(ServiceRun[] runs, Settings common, ILogger log)
    {
        var problems = common.Problems.Select(problem => (Service: (string?)null, Problem: problem)).ToList();
        foreach (var run in runs)
        {
            try
            {
                run.Create();
            }
#pragma warning disable CA1031 // With wrong settings any constructor may fail; only a failure with right ones is worth a word.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                if (run.Context.Settings.Problems.Count == 0)
                    Fail(log, run.Definition.Name, failure);
            }
            problems.AddRange(run.Context.Settings.Problems.Select(problem => (Service: (string?)run.Definition.Name, Problem: problem)));
        }
        foreach (var (service, problem) in problems.DistinctBy(one => one.Problem))
        {
            code = ExitCode.BadSettings;
            errors.WriteLine(service is null ? problem : $"{service}: {problem}");
        }
        if (code != ExitCode.Clean)
            return false;
        foreach (var run in runs)
            Log.Starts(log, run.Definition.Name, run.Context.Settings.ToString());
        return true;
    }

    private async Task<StatusServer?> ServeStatusAsync(RunnerSettings settings, StatusBoard board, ILoggerFactory logs, CancellationToken stop)
    {
        if (settings.HealthPort is RunnerSettings.NoPort)
            return null;
        var log = logs.CreateLogger<Supervisor>();
        try
        {
            var server = await StatusServer.StartAsync(settings.HealthPort, board, logs, stop);
            StatusPort = server.Port;
            Log.StatusPort(log, server.Port);
            return server;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        catch (IOException failure)
        {
            Fail(log, $"HEALTH_PORT {settings.HealthPort}", failure);
            return null;
        }
    }

    private async Task WorkAsync(ServiceRun[] runs, RunnerSettings settings, StatusBoard board, ILogger log, CancellationToken stopAsked)
    {
        var started = new List<ServiceRun>();
        foreach (var stage in runs.GroupBy(run => run.Definition.Stage).OrderBy(stage => stage.Key))
        {
            foreach (var run in stage)
            {
                run.Start();
                started.Add(run);
            }
            var isLast = started.Count == runs.Length;
            if (!await WatchAsync(started, isLast ? null : [.. stage], settings.StartTimeout, log, stopAsked))
                break;
        }
        if (stopAsked.IsCancellationRequested)
            Log.StopAsked(log);
        board.Stop();
        await StopAllAsync(started, settings.StopTimeout, log);
    }

    /// <summary>Waits until all of a stage are ready, or, where there is none to wait for, for good. False when it is time to stop.</summary>
    private async Task<bool> WatchAsync(
        List<ServiceRun> started, ServiceRun[]? stage, TimeSpan patience, ILogger log, CancellationToken stopAsked)
    {
        var begun = clock.GetTimestamp();
        var stop = Task.Delay(Timeout.InfiniteTimeSpan, clock, stopAsked);
        var anyEnded = Task.WhenAny(started.Select(run => run.Ended));
        while (true)
        {
            Task[] events = stage is null ? [anyEnded, stop] : [anyEnded, stop, Task.Delay(ReadyPoll, clock, stopAsked)];
            await Task.WhenAny(events);
            if (stopAsked.IsCancellationRequested)
                return false;
            if (anyEnded.IsCompleted)
                return false;
            if (stage is null)
                continue;
            var waiting = stage.Where(run => !run.Context.Health.IsReady).ToArray();
            if (waiting.Length == 0)
            {
                foreach (var run in stage)
                    Log.Ready(log, run.Definition.Name);
                return true;
            }
            if (clock.GetElapsedTime(begun) > patience)
            {
                foreach (var run in waiting)
                    Fail(log, run.Definition.Name, new TimeoutException($"Not ready within START_TIMEOUT of {DurationText.Show(patience)}."));
                return false;
            }
        }
    }

    private async Task StopAllAsync(List<ServiceRun> started, TimeSpan patience, ILogger log)
    {
        // What has failed by now is why we stop; what fails later may only follow from it.
        await ReportAsync(started, log);
        using var deadline = new CancellationTokenSource(patience, clock);
        foreach (var stage in started.GroupBy(run => run.Definition.Stage).OrderByDescending(stage => stage.Key))
        {
            foreach (var run in stage)
                run.AskToStop();
            await Task.WhenAny(Task.WhenAll(stage.Select(run => run.Ended)), Task.Delay(Timeout.InfiniteTimeSpan, clock, deadline.Token));
            // What a stage still has to say goes through the stages below, so it is disposed before those are asked. Once time is up they are
            // asked as well, and what ends at once still counts.
            if (!deadline.IsCancellationRequested)
                await DisposeAllAsync(stage, patience, log, deadline.Token);
        }
        await ReportAsync(started, log);
        var left = started.Where(run => !run.Ended.IsCompleted).Select(run => run.Definition.Name).ToArray();
        if (left.Length == 0)
            return;
        LeftSomethingRunning = true;
        var names = string.Join(", ", left);
        Log.StopOverran(log, patience, names);
        await errors.WriteLineAsync($"not stopped within STOP_TIMEOUT of {DurationText.Show(patience)}: {names}");
        code = code == ExitCode.Clean ? ExitCode.StopOverran : code;
    }

    private async Task ReportAsync(IEnumerable<ServiceRun> runs, ILogger log)
    {
        foreach (var run in runs.Where(run => run.Ended.IsCompleted && !run.IsReported))
        {
            if (await run.Ended is not { } failure)
                continue;
            run.IsReported = true;
            Fail(log, run.Definition.Name, failure);
        }
    }

    /// <summary>Disposes what has ended and is not disposed yet, all at a time.</summary>
    private async Task DisposeAllAsync(IEnumerable<ServiceRun> runs, TimeSpan patience, ILogger log, CancellationToken deadline)
    {
        var ended = runs.Where(run => run.Ended.IsCompleted && run.Disposal is null).ToList();
        foreach (var run in ended)
            run.BeginDisposal();
        foreach (var run in ended)
        {
            try
            {
                await run.Disposal!.WaitAsync(deadline);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested)
            {
                LeftSomethingRunning = true;
                code = code == ExitCode.Clean ? ExitCode.StopOverran : code;
                Log.StopOverran(log, patience, run.Definition.Name);
                await errors.WriteLineAsync($"not disposed within STOP_TIMEOUT of {DurationText.Show(patience)}: {run.Definition.Name}");
            }
#pragma warning disable CA1031 // The others are still to be disposed; the failure is logged and becomes the exit code.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Fail(log, run.Definition.Name, failure);
            }
        }
    }

    private void Fail(ILogger log, string subject, Exception failure)
    {
        Log.Failed(log, failure, subject);
        errors.WriteLine($"{subject} failed: {FailureText.OneLine(failure)}");
        code = code == ExitCode.Clean ? ExitCode.Failed : code;
    }
}
