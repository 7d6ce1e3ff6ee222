using StockPipeline.Contracts.Tasks;
using StockPipeline.Tasks;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.TasksTests;

public sealed class TaskLifeTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_has_ended_stays_as_it_ended()
    {
        var done = TaskLife.Succeeded(Claim(null, "a"), "1", null, Noon);

        Assert.Equal(TaskVerdict.Same, TaskLife.Judge(done, done));
        Assert.Equal(TaskVerdict.Refused, TaskLife.Judge(done, TaskLife.Failed(done, "x", "y", Noon)));
        Assert.Equal(TaskVerdict.Refused, TaskLife.Judge(done, Queued()));
        Assert.Null(TaskLife.Claim(done, Queued(), "b", Noon));
    }

    [Fact]
    public void Of_two_claims_the_first_in_the_log_counts()
    {
        var (first, second) = (Claim(Queued(), "a"), Claim(Queued(), "b"));

        Assert.Equal(TaskVerdict.Accepted, TaskLife.Judge(Queued(), first));
        Assert.Equal(TaskVerdict.Refused, TaskLife.Judge(first, second));
    }

    [Fact]
    public void Who_takes_over_from_a_dead_worker_has_the_last_word()
    {
        var dead = Claim(Queued(), "a");
        var heir = Claim(dead, "b");

        Assert.Equal(2, heir.Run);
        Assert.Equal(TaskVerdict.Accepted, TaskLife.Judge(dead, heir));
        Assert.Equal(TaskVerdict.Refused, TaskLife.Judge(heir, TaskLife.Succeeded(dead, "1", null, Noon)));
        Assert.Equal(TaskVerdict.Accepted, TaskLife.Judge(heir, TaskLife.Succeeded(heir, "2", null, Noon)));
    }

    [Fact]
    public void Another_request_under_a_key_that_is_taken_does_not_count()
    {
        var other = Queued() with { Digest = "another" };

        Assert.Equal(TaskVerdict.Refused, TaskLife.Judge(Queued(), other));
    }

    [Fact]
    public void A_retry_is_a_new_attempt_and_an_old_order_of_it_is_passed_over()
    {
        var waiting = TaskLife.Retrying(Claim(Queued(), "a"), "transient", "away", Noon);
        var again = TaskLife.Again(waiting);

        Assert.Equal(TaskVerdict.Accepted, TaskLife.Judge(waiting, again));
        Assert.Null(TaskLife.Claim(again, Queued(), "b", Noon));
        Assert.Null(TaskLife.Claim(waiting, Queued(), "b", Noon));
        Assert.Equal(2, TaskLife.Claim(waiting, again, "b", Noon)!.Run);
    }

    [Fact]
    public void Whatever_is_written_in_whatever_order_a_task_ends_once_and_all_who_read_agree()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        for (var round = 0; round < 20_000; round++)
        {
            var log = Scribble(random);
            TaskState? known = null;
            var endings = 0;
            var runs = 0;
            foreach (var record in log)
            {
                if (TaskLife.Judge(known, record) != TaskVerdict.Accepted)
                    continue;
                Assert.False(known is not null && TaskLife.IsOver(known.Stage), "something followed an end");
                Assert.True(record.Run >= runs, "a run went back");
                (known, runs) = (record, record.Run);
                endings += TaskLife.IsOver(record.Stage) ? 1 : 0;
            }
            Assert.InRange(endings, 0, 1);
            // Saying the truth again at the end, as healing does, changes nothing for who has read it and gives it to who reads only the last word.
            Assert.Equal(TaskVerdict.Same, TaskLife.Judge(known, known!));
            Assert.Equal(TaskVerdict.Accepted, TaskLife.Judge(null, known!));
        }
    }

    /// <summary>Workers, a gateway and a scheduler that each go by an arbitrarily old view of the log.</summary>
    private static List<TaskState> Scribble(Random random)
    {
        var log = new List<TaskState> { Queued() };
        for (var steps = random.Next(1, 20); steps > 0; steps--)
        {
            var seen = log[random.Next(log.Count)];
            TaskState? next = random.Next(7) switch
            {
                0 or 1 => TaskLife.Claim(seen, random.Next(2) == 0 ? Queued() : log[random.Next(log.Count)], $"w{random.Next(3)}", Noon),
                2 => TaskLife.Succeeded(seen, $"{random.Next(3)}", null, Noon.AddSeconds(random.Next(3))),
                3 => TaskLife.Failed(seen, "code", "text", Noon.AddSeconds(random.Next(3))),
                4 => TaskLife.Cancelled(seen, Noon.AddSeconds(random.Next(3))),
                5 => TaskLife.Retrying(seen, "transient", "away", Noon),
                _ => TaskLife.Again(seen),
            };
            if (next is not null)
                log.Add(next);
        }
        return log;
    }

    private static TaskState Claim(TaskState? known, string worker) => TaskLife.Claim(known, Queued(), worker, Noon)!;

    private static TaskState Queued() => new()
    {
        Id = new string('0', 32), Owner = "u", Kind = "k", Parameters = "{}", Digest = "d", Stage = TaskStage.Queued, Attempt = 1, Created = Noon,
        Deadline = Noon.AddHours(1),
    };
}
