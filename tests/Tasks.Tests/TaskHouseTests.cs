using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Tasks;
using StockPipeline.Contracts.Topics;
using StockPipeline.Scheduler;
using StockPipeline.TaskBoard;
using StockPipeline.Tasks;
using StockPipeline.TasksTests.Support;
using StockPipeline.TaskWorkers.Running;
using StockPipeline.Testing;

namespace StockPipeline.TasksTests;

/// <summary>Doors, workers and schedulers over real topics.</summary>
public sealed class TaskHouseTests(TaskHouse house) : IClassFixture<TaskHouse>
{
    [Fact]
    public async Task A_task_is_accepted_done_once_and_shown_to_its_owner_alone_at_every_door()
    {
        await using var door = await TaskDoor.OpenAsync(house.Client);
        await using var other = await TaskDoor.OpenAsync(house.Client);
        var told = new ConcurrentQueue<string>();
        using var subscription = other.Desk.Feed.Subscribe("anna", told.Enqueue);
        var foreign = new ConcurrentQueue<string>();
        using var strangers = other.Desk.Feed.Subscribe("boris", foreign.Enqueue);
        await using var worker = await house.WorkAsync();

        var id = await door.StartAsync("anna", "echo", new { text = "hello" });

        var seen = await other.SeeAsync("anna", id, "succeeded");
        Assert.Equal("hello", seen.GetProperty("result").GetString());
        Assert.Equal(1, house.Runners.BegunOf(id));
        Assert.Contains(id, told);
        Assert.Empty(foreign);
        using var stranger = await door.SendAsync(HttpMethod.Get, $"/api/tasks/{id}", "boris");
        Assert.Equal(HttpStatusCode.NotFound, stranger.StatusCode);
        using var frame = JsonDocument.Parse(other.Desk.Frame("anna", id)!);
        Assert.Equal("task", frame.RootElement.GetProperty("type").GetString());
        Assert.Null(other.Desk.Frame("boris", id));
    }

    [Fact]
    public async Task The_same_key_at_two_doors_at_once_is_one_task_and_another_request_under_it_is_refused()
    {
        await using var door = await TaskDoor.OpenAsync(house.Client);
        await using var other = await TaskDoor.OpenAsync(house.Client);
        await using var worker = await house.WorkAsync();

        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            (number % 2 == 0 ? door : other).StartAsync("anna", "echo", new { text = "twice" }, key: "k1")));
        using var refused = await other.SendAsync(
            HttpMethod.Post, "/api/tasks", "anna", new { type = "echo", @params = new { text = "thrice" } }, key: "k1");

        var id = Assert.Single(ids.Distinct());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        await door.SeeAsync("anna", id, "succeeded");
        Assert.Equal(1, house.Runners.BegunOf(id));
    }

    [Fact]
    public async Task Two_requests_under_one_key_at_the_same_time_leave_one_of_them_and_refuse_the_other()
    {
        await using var door = await TaskDoor.OpenAsync(house.Client);
        await using var other = await TaskDoor.OpenAsync(house.Client);

        var codes = await Task.WhenAll(
            StatusAsync(door, new { type = "echo", @params = new { text = "a" } }),
            StatusAsync(other, new { type = "echo", @params = new { text = "b" } }));

        Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.UnprocessableEntity], codes.Order());

        static async Task<HttpStatusCode> StatusAsync(TaskDoor door, object body)
        {
            using var response = await door.SendAsync(HttpMethod.Post, "/api/tasks", "anna", body, key: "race");
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task What_is_cancelled_ends_within_a_second_though_the_worker_is_full()
    {
        await using var door = await TaskDoor.OpenAsync(house.Client);
        await using var worker = await house.WorkAsync(new TaskWorkerOptions(Light: 1));
        var running = await door.StartAsync("anna", "block", new { name = "never" });
        await door.SeeAsync("anna", running, "running");
        var waiting = await door.StartAsync("anna", "block", new { name = "never" });
        var clock = TimeProvider.System;

        foreach (var id in new[] { waiting, running })
        {
            var began = clock.GetTimestamp();
            using var response = await door.SendAsync(HttpMethod.Delete, $"/api/tasks/{id}", "anna");
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            await door.SeeAsync("anna", id, "cancelled");
            // The promise is a second on a machine that has one to give; tests share theirs.
            Assert.True(clock.GetElapsedTime(began) < TimeSpan.FromSeconds(5), $"cancelling took {clock.GetElapsedTime(began)}");
        }
        Assert.Equal(0, house.Runners.BegunOf(waiting));
    }

    [Fact]
    public async Task A_task_whose_worker_goes_is_taken_over_and_ends_once()
    {
        await using var door = await TaskDoor.OpenAsync(house.Client);
        await using var states = new Surroundings.TopicReader<TaskState>(
            house.Client, TaskTopics.States, await house.Client.Codecs.TaskStatesAsync(default));
        string id;
        await using (await house.WorkAsync())
        {
            id = await door.StartAsync("anna", "block", new { name = "takeover" });
            await door.SeeAsync("anna", id, "running");
        }
        await using var heir = await house.WorkAsync();
        await Eventually.TrueAsync(() => house.Runners.BegunOf(id) == 2);

        house.Runners.Open("takeover");

        var seen = await door.SeeAsync("anna", id, "succeeded");
        Assert.Equal(2, seen.GetProperty("result").GetInt32());
        Assert.Single(states.All, record => record.Key == id && record.Value is { Stage: TaskStage.Succeeded });
    }

    [Fact]
    public async Task A_failure_that_may_pass_is_tried_again_and_one_that_will_not_is_a_dead_letter()
    {
        await using var door = await TaskDoor.OpenAsync(house.Client);
        await using var worker = await house.WorkAsync();
        await using var scheduler = await house.ScheduleAsync(new EarlyClock(TimeSpan.FromSeconds(20)));

        var away = await door.StartAsync("anna", "fail", new { how = "transient" });
        var broken = await door.StartAsync("anna", "fail", new { how = "broken" });

        Assert.Equal(2, (await door.SeeAsync("anna", away, "succeeded")).GetProperty("attempt").GetInt32());
        var failed = await door.SeeAsync("anna", broken, "failed");
        Assert.Equal("internal", failed.GetProperty("error").GetProperty("code").GetString());
        await Eventually.SeeAsync(async () => await DeadLettersAsync(), letters => letters.Count(key => key == broken) == 1);
    }

    [Fact]
    public async Task A_task_that_nobody_ordered_is_ordered_and_one_past_its_deadline_fails()
    {
        await using var door = await TaskDoor.OpenAsync(house.Client);
        var writers = await TaskWriters.OpenAsync(house.Client.Kafka, house.Client.Codecs, default);
        var now = TimeProvider.System.Now();
        var left = Queued("echo", """{"text":"left"}""", now, now.AddHours(1));
        var late = Queued("echo", """{"text":"late"}""", now, now.AddSeconds(-1));
        await writers.SayAsync(left, default);
        await writers.SayAsync(late, default);
        await using var worker = await house.WorkAsync();
        var clock = new ManualClock(now);
        await using var scheduler = await house.ScheduleAsync(clock);

        var failed = await Eventually.SeeAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(5));
                return door.GetAsync("anna", $"/api/tasks/{late.Id}");
            },
            seen => seen.GetProperty("state").GetString() == "failed");
        await Eventually.SeeAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(5));
                return door.GetAsync("anna", $"/api/tasks/{left.Id}");
            },
            seen => seen.GetProperty("state").GetString() == "succeeded");

        Assert.Equal("deadline", failed.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Two_that_fire_a_hundred_times_at_once_start_a_hundred_tasks()
    {
        await using var door = await TaskDoor.OpenAsync(house.Client);
        await using var worker = await house.WorkAsync();
        var now = TimeProvider.System.Now();
        var schedule = new TaskSchedule
        {
            Name = "each-second", Owner = "carla", Cron = "* * * * * *", Zone = "UTC", Missed = MissedSlots.Each, Kind = "echo",
            Parameters = """{"text":"tick"}""", Enabled = true, Since = now.AddSeconds(-100),
        };
        var clock = new ManualClock(now);

        await Task.WhenAll(FireAsync(schedule, clock), FireAsync(schedule, clock));

        var page = await Eventually.SeeAsync(
            () => door.GetAsync("carla", "/api/tasks?limit=200&state=succeeded"), seen => seen.GetProperty("tasks").GetArrayLength() >= 100);
        var ids = page.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("id").GetString()!).ToList();
        Assert.Equal(100, ids.Distinct().Count());
        Assert.Equal(100, ids.Count);
        Assert.All(ids, id => Assert.Equal(1, house.Runners.BegunOf(id)));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(50_000)]
    [InlineData(1_000_000)]
    public async Task A_result_of_any_length_is_read_at_every_door(int length)
    {
        await using var door = await TaskDoor.OpenAsync(house.Client);
        await using var worker = await house.WorkAsync();
        var id = await door.StartAsync("anna", "large", new { bytes = length });
        await door.SeeAsync("anna", id, "succeeded");
        await using var late = await TaskDoor.OpenAsync(house.Client);

        using var result = await late.SendAsync(HttpMethod.Get, $"/api/tasks/{id}/result", "anna");

        Assert.Equal("application/json", result.Content.Headers.ContentType!.MediaType);
        Assert.Equal($"\"{new string('x', length)}\"", Encoding.UTF8.GetString(await result.Content.ReadAsByteArrayAsync()));
    }

    [Fact]
    public async Task Whoever_asks_too_much_is_told_when_to_come_again()
    {
        await using var door = await TaskDoor.OpenAsync(house.Client, TaskLimits.Default);
        var ids = new List<string>();
        for (var count = 0; count < TaskLimits.Default.MaxOpen; count++)
            ids.Add(await door.StartAsync("greedy", "block", new { name = "never" }));

        using var refused = await door.SendAsync(
            HttpMethod.Post, "/api/tasks", "greedy", new { type = "echo", @params = new { text = "one more" } });
        using var other = await door.SendAsync(
            HttpMethod.Post, "/api/tasks", "modest", new { type = "echo", @params = new { text = "first" } });

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.Accepted, other.StatusCode);
        foreach (var id in ids)
            (await door.SendAsync(HttpMethod.Delete, $"/api/tasks/{id}", "greedy")).Dispose();
    }

    [Fact]
    public async Task What_is_wrong_in_a_request_is_pointed_to_and_schedules_are_for_administrators()
    {
        await using var door = await TaskDoor.OpenAsync(house.Client);

        using var wrong = await door.SendAsync(HttpMethod.Post, "/api/tasks", "anna", new { type = "echo", @params = new { txt = "x" } });
        using var forbidden = await door.SendAsync(HttpMethod.Put, "/api/schedules/nightly", "anna", new { });
        using var put = await door.SendAsync(
            HttpMethod.Put, "/api/schedules/nightly", "anna",
            new { type = "echo", @params = new { text = "night" }, cron = "0 3 * * *", zone = "Europe/Moscow" }, admin: true);
        var listed = await Eventually.SeeAsync(
            () => door.GetAsync("anna", "/api/schedules"),
            seen => seen.EnumerateArray().Any(one => one.GetProperty("name").GetString() == "nightly"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        var problem = JsonDocument.Parse(await wrong.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(
            ["/params/txt", "/params/text"], problem.GetProperty("errors").EnumerateArray().Select(one => one.GetProperty("pointer").GetString()!));
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        var next = listed.EnumerateArray().Single(one => one.GetProperty("name").GetString() == "nightly").GetProperty("next").GetDateTimeOffset();
        Assert.Equal((0, 0), (next.Hour, next.Minute));
    }

    [Fact]
    public async Task Progress_that_is_read_before_the_state_of_its_task_is_shown_once_the_state_is_there()
    {
        await using var door = await TaskDoor.OpenAsync(house.Client);
        var writers = await TaskWriters.OpenAsync(house.Client.Kafka, house.Client.Codecs, default);
        var now = TimeProvider.System.GetUtcNow();
        var early = Queued("block", "{}", now, now.AddHours(1));
        var known = Queued("block", "{}", now, now.AddHours(1));
        while (PartitionOf(known) != PartitionOf(early))
            known = known with { Id = TaskId.New(now) };

        await SayRunningAsync(known);
        await Eventually.SeeAsync(() => door.GetAsync("anna", $"/api/tasks/{known.Id}"), seen => seen.TryGetProperty("state", out _));
        await writers.Progress.DeliverAsync(early.Id, new TaskProgress(early.Id, 1, 3, 7, "of the early one", now), default);
        await writers.Progress.DeliverAsync(known.Id, new TaskProgress(known.Id, 1, 1, 2, "after it", now), default);
        Assert.Equal("after it", await TextOfAsync(known));
        await SayRunningAsync(early);

        Assert.Equal("of the early one", await TextOfAsync(early));

        static int PartitionOf(TaskState state) => FigiPartition.Of(Encoding.UTF8.GetBytes(state.Id), TaskTopics.Progress.Partitions);

        async Task SayRunningAsync(TaskState queued)
        {
            await writers.SayAsync(queued, default);
            await writers.SayAsync(TaskLife.Claim(queued, queued, "nobody", now)!, default);
        }

        async Task<string?> TextOfAsync(TaskState state)
        {
            var seen = await Eventually.SeeAsync(
                () => door.GetAsync("anna", $"/api/tasks/{state.Id}"), one => one.TryGetProperty("progress", out _));
            return seen.GetProperty("progress").GetProperty("text").GetString();
        }
    }

    private async Task FireAsync(TaskSchedule schedule, TimeProvider clock)
    {
        var writers = await TaskWriters.OpenAsync(house.Client.Kafka, house.Client.Codecs, default);
        var table = new TaskTable(house.Client.Kafka, writers.Decoder);
        using var stop = new CancellationTokenSource();
        var reading = table.RunAsync(stop.Token);
        await table.Complete;
        var firing = new Firing(
            table, writers, TestKinds.All.ToDictionary(kind => kind.Name), SchedulerOptions.Default, clock,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<Firing>.Instance);
        await firing.LookAsync([schedule], default);
        await stop.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<IReadOnlyList<string>> DeadLettersAsync()
    {
        var keys = new List<string>();
        await foreach (var batch in house.Client.Kafka.ScanAsync(house.Client.Topics.DeadLetters, 0, 0, default))
            keys.AddRange(batch.Select(letter => Encoding.UTF8.GetString(letter.Key)));
        return keys;
    }

    private static TaskState Queued(string kind, string parameters, DateTimeOffset created, DateTimeOffset deadline) => new()
    {
        Id = TaskId.New(created), Owner = "anna", Kind = kind, Parameters = parameters, Digest = CanonicalJson.Digest(kind, parameters),
        Stage = TaskStage.Queued, Attempt = 1, Created = created, Deadline = deadline,
    };
}
