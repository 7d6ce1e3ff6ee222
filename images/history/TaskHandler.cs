using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Market.Errors;
using StockPipeline.Market.History;
using StockPipeline.Streaming.Groups;
using StockPipeline.Workers;

namespace StockPipeline.History;

/// <summary>
/// One task from its range to its answer: fetch what is missing, say the candles, wait until they are acknowledged, answer the ledger. Done
/// again it says the same again.
/// </summary>
internal sealed class TaskHandler(
    PipelineClient client, ConfigTable config, SeriesFetch series, TimeProvider market, HistoryTopics topics, HealthCheck access)
{
    /// <summary>A longer range is a mistake of whoever asked.</summary>
    private static readonly TimeSpan LongestRange = TimeSpan.FromDays(30 * 365);

    private readonly ILogger log = client.Logger<HistoryWorker>();
    private readonly Counter said = client.Metrics.Counter("stockpipeline_history_candles_total", "Candles published from history.");
    private readonly Labelled<Counter> tasks = client.Metrics.Counters("stockpipeline_history_tasks_total", "Tasks handled, by reason.",
        "reason");
    private string? blocked;

    public async ValueTask HandleAsync(GroupRecord<HistoryTask> record, CancellationToken stop)
    {
        var task = record.Value;
        if (task.To <= task.From || task.To - task.From > LongestRange)
            throw new PoisonRecordException($"the range {task.From:O} to {task.To:O} cannot be fetched");
        if (!config.Current.Instruments.TryGetValue(task.Figi, out var instrument))
        {
            Log.NotFollowed(log, task.Figi);
            return;
        }
        // Another source has its own history.
        if (instrument.IsOfPolygon())
            return;
        var settled = task.Interval.Align(market.GetUtcNow() - CandleHistory.Settling);
        var from = task.Interval.Align(task.From);
        if (settled > from)
            await HandleAsync(task, instrument, new TimeRange(from, task.To < settled ? task.To : settled), stop);
        tasks.With(task.Reason.ToString()).Increment();
    }

    private async Task HandleAsync(HistoryTask task, Instrument instrument, TimeRange range, CancellationToken stop)
    {
        try
        {
            var fetched = await series.FetchAsync(instrument, task.Interval, range, anew: task.Reason == HistoryReason.Audit, stop);
            await SayAsync(task, fetched, stop);
            Log.TaskDone(log, task.Figi, task.Interval, fetched.Proven, fetched.Candles.Count, fetched.Stretches);
            if (Interlocked.Exchange(ref blocked, null) is not null)
                access.Ready();
        }
        catch (InvestApiException refused) when (refused.IsBlocked)
        {
            // Says nothing of the range: whoever is let in next may have it. The task waits, and all others with it.
            access.Failing(refused.Message);
            if (Interlocked.Exchange(ref blocked, refused.Status.Detail) is null)
                Log.Blocked(log, refused.Message);
            throw;
        }
        catch (InvestApiException refused) when (refused.IsFinal)
        {
            Log.RangeLost(log, task.Figi, task.Interval, range, refused.Message);
            await AnswerAsync(task, range, GapState.Lost, missing: 0, stop);
        }
    }

    private async Task SayAsync(HistoryTask task, FetchedRange fetched, CancellationToken stop)
    {
        var writer = topics.Candles[task.Interval];
        await Task.WhenAll(fetched.Candles.Select(candle =>
            writer.DeliverAsync(new CandleKey(candle.Figi, candle.OpenTime).ToString(), candle, stop)));
        said.Increment(fetched.Candles.Count);
        if (fetched.Proven.IsEmpty)
            return;
        var slots = config.Current.Instruments.TryGetValue(task.Figi, out var instrument)
            ? config.Current.Calendar.Of(instrument).Slots(task.Interval, fetched.Proven).Count
            : 0;
        var missing = (int)Math.Clamp(slots - fetched.Candles.Count, 0, int.MaxValue);
        await AnswerAsync(task, fetched.Proven, fetched.Candles.Count > 0 ? GapState.Filled : GapState.Empty, missing, stop);
    }

    /// <summary>Only who asked through the ledger is answered there.</summary>
    private Task AnswerAsync(HistoryTask task, TimeRange proven, GapState state, int missing, CancellationToken stop)
    {
        if (task.Reason is not (HistoryReason.Lack or HistoryReason.Gap))
            return Task.CompletedTask;
        var gap = new Gap
        {
            Figi = task.Figi, Interval = task.Interval, From = task.From, To = proven.To, Missing = missing, State = state,
            Attempts = task.Attempt, UpdatedAt = market.GetUtcNow(),
        };
        return topics.Gaps.DeliverAsync(new GapKey(gap.Figi, gap.Interval, gap.From).ToString(), gap, stop);
    }
}
