using System.Collections.Concurrent;
using System.Net;
using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Tasks;
using StockPipeline.TaskApi;
using StockPipeline.TaskBoard;
using StockPipeline.Tasks;
using StockPipeline.Testing;

namespace StockPipeline.Bench.Tasks;

/// <summary>Tasks through two workers beside jobs of Hangfire on PostgreSQL, how long one takes, and what very many ended ones cost.</summary>
public sealed class TasksSuite : ISuite
{
    private const int Warm = 500;
    private const int Flood = 10_000;
    private const int Doors = 64;
    private const int Paced = 2_000;
    private const int PerSecond = 200;

    /// <summary>Requests before those that are measured: code is compiled and connections are opened with them.</summary>
    private const int Unmeasured = 600;

    private const int Jobs = 2_000;
    private const int Ended = 100_000;

    private static readonly TimeProvider Clock = TimeProvider.System;

    public string Name => "tasks";

    public async Task RunAsync(Report report)
    {
        await using (var house = await TasksHouse.StartAsync(workers: 2))
        {
            await FloodAsync(house, Warm);
            var rate = await FloodAsync(house, Flood);
            report.Add("tasks through 2 workers", rate, "tasks/s", Bar.AtLeast(1_000));
            await PaceAsync(house, report);
            if (await HangfireJobs.MeasureAsync(Jobs) is { } hangfire)
                report.Add("Hangfire on PostgreSQL, 2 servers", rate, "tasks/s", hangfire, Bar.AtLeast(5));
            else
                report.Say("Hangfire is left out: PostgreSQL is not installed here");
        }
        await RememberAsync(report);
    }

    /// <summary>Starts tasks at as many doors as there are, and waits until all have ended.</summary>
    private static async Task<double> FloodAsync(TasksHouse house, int count)
    {
        var left = count;
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        house.Ended = _ =>
        {
            if (Interlocked.Decrement(ref left) == 0)
                over.TrySetResult();
        };
        var began = Clock.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Doors },
            async (_, cancellationToken) => await house.Desk.StartAsync(TasksHouse.Owner, Request(), null, cancellationToken));
        await over.Task;
        return count / Clock.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task PaceAsync(TasksHouse house, Report report)
    {
        var (accepted, ended) = (new LatencyHistogram(), new LatencyHistogram());
        var started = new ConcurrentDictionary<string, long>();
        var from = long.MaxValue;
        using var feed = house.Desk.Feed.Subscribe(TasksHouse.Owner, id =>
        {
            // As a socket does: what is said is the frame, and the last one of a task is its result.
            if (!started.ContainsKey(id) || house.Desk.Frame(TasksHouse.Owner, id, out var isLast) is null || !isLast)
                return;
            if (started.TryRemove(id, out var at) && at >= Volatile.Read(ref from))
            {
                lock (ended)
                    ended.Add(Clock.GetElapsedTime(at));
            }
        });
        var asking = new List<Task>();
        var began = Clock.GetTimestamp();
        for (var number = 0; number < Unmeasured + Paced; number++)
        {
            var due = TimeSpan.FromSeconds((double)number / PerSecond) - Clock.GetElapsedTime(began);
            if (due > TimeSpan.Zero)
                await Task.Delay(due, Clock);
            if (number == Unmeasured)
                Volatile.Write(ref from, Clock.GetTimestamp());
            asking.Add(AskAsync($"paced {number}"));
        }
        await Task.WhenAll(asking);
        await Eventually.TrueAsync(() => started.IsEmpty);
        report.Add("POST to 202, at 200/s, p99", accepted.Percentile(99), "ms", Bar.AtMost(30));
        report.Add("POST to the frame with the result, at 200/s, p99", ended.Percentile(99), "ms", Bar.AtMost(150));

        async Task AskAsync(string key)
        {
            var at = Clock.GetTimestamp();
            started[TaskId.OfKey(TasksHouse.Owner, key)] = at;
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks") { Content = JsonContent.Create(new { type = "echo" }) };
            request.Headers.Add("Idempotency-Key", key);
            using var answer = await house.Http.SendAsync(request);
            if (answer.StatusCode != HttpStatusCode.Accepted)
                throw new InvalidOperationException($"A task was not accepted: {answer.StatusCode}.");
            if (at < Volatile.Read(ref from))
                return;
            lock (accepted)
                accepted.Add(Clock.GetElapsedTime(at));
        }
    }

    private static async Task RememberAsync(Report report)
    {
        await using var house = await TasksHouse.StartAsync(workers: 0);
        var writers = await TaskWriters.OpenAsync(house.Kafka, house.Codecs, default);
        var now = Clock.Now();
        await Parallel.ForEachAsync(Enumerable.Range(0, Ended), new ParallelOptions { MaxDegreeOfParallelism = 256 }, async (number, stop) =>
        {
            var parameters = $$"""{"instrument":"FIGI{{number % 5_000}}","window":"1d"}""";
            await writers.SayAsync(
                new TaskState
                {
                    Id = TaskId.OfKey("many", $"{number}"), Owner = $"user {number % 50}", Kind = "aggregate", Parameters = parameters,
                    Digest = CanonicalJson.Digest("aggregate", parameters), Stage = TaskStage.Succeeded, Attempt = 1, Run = 1, Worker = "w",
                    Created = now, Started = now, Ended = now, Deadline = now.AddHours(1), Result = $$"""{"rows":"{{new string('x', 600)}}"}""",
                }, stop);
        });
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var kafka = house.Client("gateway");
        var table = new TaskTable(kafka, writers.Decoder);
        using var ending = new CancellationTokenSource();
        var began = Clock.GetTimestamp();
        var reading = table.RunAsync(ending.Token);
        await table.Complete;
        var took = Clock.GetElapsedTime(began);
        var memory = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6;
        report.Add($"{Ended} ended tasks read at the start of a door", took.TotalSeconds, "s", Bar.AtMost(3));
        report.Add($"{Ended} ended tasks held by a door", memory, "MB", Bar.AtMost(80));
        await ending.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        GC.KeepAlive(table);
    }

    private static TaskRequest Request() => new("echo", null, null, null);
}
