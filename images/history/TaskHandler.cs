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
/// One task from its range to its answer, piece by piece: fetch what is missing, say the candles, wait until they are acknowledged; and at the end
/// answer the ledger. Done again it says the same again.
/// </summary>
internal sealed class TaskHandler(
    PipelineClient client, ConfigTable config, SeriesFetch series, WorkTurns turns, TimeProvider market, HistoryTopics topics, HealthCheck access)
{
    /// <summary>A longer range is a mistake of whoever asked.</summary>
    private static readonly TimeSpan LongestRange = TimeSpan.FromDays(30 * 365);

    /// <summary>What is missing since this long is not urgent any more.</summary>
    private static readonly TimeSpan UrgentFor = TimeSpan.FromHours(2);

    /// <summary>What the stream has said and history does not have this long after is not on its way: the exchange has withdrawn it.</summary>
    private static readonly TimeSpan WithdrawnAfter = TimeSpan.FromMinutes(15);

    /// <summary>How old a question about the newest candles may be when it is answered with those that have come since.</summary>
    private static readonly TimeSpan FreeSince = TimeSpan.FromHours(1);

    /// <summary>An instrument that somebody asks for is followed: for so long the configuration may be on its way here.</summary>
    private static readonly TimeSpan ConfigPatience = TimeSpan.FromSeconds(15);

    private readonly ILogger log = client.Logger<HistoryWorker>();
    private readonly Counter said = client.Metrics.Counter("stockpipeline_history_candles_total", "Candles published from history.");
    private readonly Counter withdrawn =
        client.Metrics.Counter("stockpipeline_history_withdrawn_total", "Candles taken out because the exchange does not have them any more.");
    private readonly Counter fetched = client.Metrics.Counter("stockpipeline_history_fetches_total", "Stretches the exchange was asked for.");
    private readonly Labelled<Counter> tasks = client.Metrics.Counters("stockpipeline_history_tasks_total", "Tasks handled, by reason.",
        "reason");
    private string? blocked;

    public async ValueTask HandleAsync(GroupRecord<HistoryTask> record, CancellationToken stop)
    {
        var task = record.Value;
        if (task.To <= task.From || task.To - task.From > LongestRange)
            throw new PoisonRecordException($"the range {task.From:O} to {task.To:O} cannot be fetched");
        if (await FollowedAsync(task.Figi, record.Timestamp, stop) is not { } instrument)
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
            await HandleAsync(task, instrument, new TimeRange(from, task.To < settled ? task.To : settled), settled, stop);
        tasks.With(task.Reason.ToString()).Increment();
    }

    /// <summary>The instrument; null when it is not followed, which a table that lags behind the asker's cannot tell at once.</summary>
    private async Task<Instrument?> FollowedAsync(Figi figi, DateTimeOffset asked, CancellationToken stop)
    {
        while (true)
        {
            var known = config.Current;
            var left = asked + ConfigPatience - client.Clock.GetUtcNow();
            if (known.Instruments.TryGetValue(figi, out var instrument) || left <= TimeSpan.Zero)
                return instrument;
            try
            {
                await config.AfterAsync(known, stop).WaitAsync(left < ConfigPatience ? left : ConfigPatience, client.Clock, stop);
            }
            catch (TimeoutException)
            {
                return null;
            }
        }
    }

    private async Task HandleAsync(HistoryTask task, Instrument instrument, TimeRange range, DateTimeOffset settled, CancellationToken stop)
    {
        try
        {
            var isUrgent = task.Reason is HistoryReason.Gap or HistoryReason.Request && settled - range.To < UrgentFor;
            // Candles have come since the question waits; they lie behind those it was about, and come with them.
            var end = task.Reason == HistoryReason.Lack && settled - range.To < FreeSince ? settled : range.To;
            var (at, found, asked, isLast) = (range.From, 0, 0, false);
            while (at < range.To && !isLast)
            {
                var rest = new TimeRange(at, range.To);
                var page = await turns.RunAsync(isUrgent, () => PageAsync(task, instrument, rest, end, stop), stop);
                if (page is null)
                    break;
                (at, isLast) = (page.Proven.To, page.IsLast);
                found += page.Candles.Count;
                asked += page.IsFetched ? 1 : 0;
            }
            if (Interlocked.Exchange(ref blocked, null) is not null)
                access.Ready();
            var proven = new TimeRange(range.From, at);
            await AnswerAsync(task, instrument, proven, found, stop);
            Log.TaskDone(log, task.Figi, task.Interval, proven, found, asked);
        }
        catch (InvestApiException refused) when (refused.IsFinal)
        {
            Log.RangeLost(log, task.Figi, task.Interval, range, refused.Message);
            await AnswerAsync(task, range, GapState.Lost, missing: 0, stop);
        }
    }

    /// <summary>Over when the candles of the piece are acknowledged: no more than one piece of a task is held at a time.</summary>
    private async Task<FetchedPage?> PageAsync(HistoryTask task, Instrument instrument, TimeRange rest, DateTimeOffset end, CancellationToken stop)
    {
        try
        {
            var page = await series.NextAsync(instrument, task.Interval, rest, end, task.Reason == HistoryReason.Audit, stop);
            if (page is not null)
                await SayAsync(task, instrument, page, stop);
            return page;
        }
        catch (InvestApiException refused) when (refused.IsBlocked)
        {
            // Says nothing of the range: whoever is let in next may have it. The task waits, and all others with it.
            access.Failing(refused.Message);
            if (Interlocked.Exchange(ref blocked, refused.Status.Detail) is null)
                Log.Blocked(log, refused.Message);
            throw;
        }
    }

    private async Task SayAsync(HistoryTask task, Instrument instrument, FetchedPage page, CancellationToken stop)
    {
        var writer = topics.Candles[task.Interval];
        var gone = page.Withdrawn.Concat(task.Reason == HistoryReason.Audit ? Unknown(task.Interval, instrument, page) : []).Distinct().ToList();
        await Task.WhenAll(
            page.Candles.Select(candle => writer.DeliverAsync(new CandleKey(candle.Figi, candle.OpenTime).ToString(), candle, stop))
                .Concat(gone.Select(open => writer.DeliverAsync(new CandleKey(task.Figi, open).ToString(), null, stop))));
        said.Increment(page.Candles.Count);
        withdrawn.Increment(page.Withdrawn.Count);
        fetched.Increment(page.IsFetched ? 1 : 0);
    }

    /// <summary>Slots of an audited piece of which history has no candle: should the topic have one, nobody else will take it out.</summary>
    private IEnumerable<DateTimeOffset> Unknown(Interval interval, Instrument instrument, FetchedPage page)
    {
        var end = interval.Align(market.GetUtcNow() - WithdrawnAfter);
        if (end <= page.Proven.From)
            return [];
        var known = page.Candles.Select(candle => candle.OpenTime).ToHashSet();
        return config.Current.Calendar.Of(instrument).Slots(interval, page.Proven.From, end < page.Proven.To ? end : page.Proven.To)
            .Where(slot => !known.Contains(slot));
    }

    private Task AnswerAsync(HistoryTask task, Instrument instrument, TimeRange proven, int found, CancellationToken stop)
    {
        if (proven.IsEmpty)
            return Task.CompletedTask;
        var slots = config.Current.Calendar.Of(instrument).Slots(task.Interval, proven).Count;
        var missing = (int)Math.Clamp(slots - found, 0, int.MaxValue);
        return AnswerAsync(task, proven, found > 0 ? GapState.Filled : GapState.Empty, missing, stop);
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
