using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Streaming.Producing;
using StockPipeline.Tasks;
using StockPipeline.Workers;

namespace StockPipeline.TaskWorkers.Reading;

/// <summary>Asks history for a stretch through the ledger, as the pipeline's own workers do: whose the instrument is answers, whichever source that
/// is.</summary>
internal sealed class LedgerQuestions(
    TopicWriter<Gap> ledger, TopicWriter<HistoryTask> history, LedgerAnswers answers, Func<ConfigSnapshot> config, TimeProvider clock)
{
    /// <summary>How long an answer is waited for before the question is asked again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Asks until there is an answer.</summary>
    public async Task<Gap> AskAsync(Instrument instrument, Interval interval, TimeRange stretch, CancellationToken cancellationToken)
    {
        var key = new GapKey(instrument.Figi, interval, stretch.From);
        for (var attempt = 1; ; attempt++)
        {
            var question = new Gap
            {
                Figi = instrument.Figi, Interval = interval, From = stretch.From, To = stretch.To, State = GapState.Requested, Attempts = attempt,
                Missing = (int)Math.Min(int.MaxValue, config().Calendar.Of(instrument).Slots(interval, stretch).Count), UpdatedAt = clock.Now(),
            };
            var task = new HistoryTask
            {
                Figi = instrument.Figi, Interval = interval, From = stretch.From, To = stretch.To, Reason = HistoryReason.Lack, Attempt = attempt,
                Id = Guid.CreateVersion7(clock.GetUtcNow()),
            };
            try
            {
                return await answers.NextAsync(key, () => AskAsync(key, question, task, cancellationToken), Patience, clock, cancellationToken);
            }
            catch (TimeoutException)
            {
                // History may have been restarted, or be busy: the same question once more changes nothing.
            }
        }
    }

    /// <summary>The question stands in the ledger before history is asked: an answer never comes first.</summary>
    private async Task AskAsync(GapKey key, Gap question, HistoryTask task, CancellationToken cancellationToken)
    {
        await ledger.DeliverAsync(key.ToString(), question, cancellationToken);
        await history.DeliverAsync(new SeriesKey(task.Figi, task.Interval).ToString(), task, cancellationToken);
    }
}
