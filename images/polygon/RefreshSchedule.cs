using StockPipeline.Contracts.Tasks;
using StockPipeline.Contracts.Topics;
using StockPipeline.TaskBoard;
using StockPipeline.Tasks.Kinds;
using StockPipeline.Workers;

namespace StockPipeline.PolygonCollector;

/// <summary>
/// The schedule by which the last days of US shares are fetched anew. It is made where there is none of its name, and belongs to administrators
/// from then on: their times and whether it is on stay as they say.
/// </summary>
internal static class RefreshSchedule
{
    public const string Name = "polygon-refresh";

    /// <summary>On the evenings of weekdays, when the day has been told in summer and in winter.</summary>
    public const string Cron = "30 22 * * 1-5";

    /// <summary>Nobody's: no account has this name, and where there are no accounts it is the one user's.</summary>
    private const string Owner = "";

    public static async Task EnsureAsync(PipelineClient client, CancellationToken cancellationToken)
    {
        var codec = await client.Codecs.SchedulesAsync(cancellationToken);
        var table = new ScheduleTable(client.Kafka, codec, Streaming.Tables.TableAssignment.All);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = table.RunAsync(enough.Token);
        await (await Task.WhenAny(table.Complete, reading)).WaitAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var isThere = table.Find(Name) is not null;
        await enough.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (isThere)
            return;
        TaskKinds.Refresh.Read(null, "/params", out var parameters);
        var schedule = new TaskSchedule
        {
            Name = Name, Owner = Owner, Cron = Cron, Zone = "America/New_York", Missed = MissedSlots.Newest, Kind = TaskKinds.Refresh.Name,
            Parameters = parameters, Enabled = true,
            Since = DateTimeOffset.FromUnixTimeMilliseconds(client.Clock.GetUtcNow().ToUnixTimeMilliseconds()),
        };
        await client.Kafka.WriteTo(TaskTopics.Schedules, codec).DeliverAsync(Name, schedule, cancellationToken);
    }
}
