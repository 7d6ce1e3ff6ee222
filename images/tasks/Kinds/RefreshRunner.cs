using System.Text.Json;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.TaskWorkers.Reading;
using StockPipeline.TaskWorkers.Running;
using StockPipeline.Tasks;
using StockPipeline.Tasks.Kinds;
using StockPipeline.Workers;

namespace StockPipeline.TaskWorkers.Kinds;

/// <summary>What came of fetching the last days of a source anew.</summary>
/// <param name="Source">Whose shares.</param>
/// <param name="From">The first day.</param>
/// <param name="Until">Up to when all of them are known: the age of the data.</param>
/// <param name="Shares">How many were asked for.</param>
/// <param name="Filled">Of them with candles.</param>
/// <param name="Empty">Of them without any: nobody traded.</param>
/// <param name="Lost">Of them that the source refuses for good.</param>
internal sealed record RefreshResult(string Source, DateTimeOffset From, DateTimeOffset Until, int Shares, int Filled, int Empty, int Lost);

/// <summary>Has the collector of a source fetch the last days of all its shares anew, corrections included, and waits until each is answered. Done
/// twice it says the same.</summary>
internal sealed class RefreshRunner(LedgerQuestions questions, Func<ConfigSnapshot> config, TimeProvider market) : ITaskRunner
{
    private static readonly Interval Days = Interval.OneDay;

    /// <summary>What is told so late is history the next time.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromHours(2);

    public TaskKind Kind => TaskKinds.Refresh;

    public async Task<TaskOutcome> RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var source = run.Parameters.Text("source");
        var shares = config().Instruments.Values.Where(share => share.IsOfPolygon()).OrderBy(share => share.Ticker, StringComparer.Ordinal).ToList();
        if (shares.Count == 0)
            throw new TaskFailedException("no-shares", $"No share of {source} is followed: its collector does not run, or has not found any yet.");
        var until = Days.Align(shares.Min(share => share.ToldUntil(market.GetUtcNow() - Settling)));
        var stretch = new TimeRange(until.AddDays(-run.Parameters.Number("days")), until);
        var answered = new List<Gap>();
        foreach (var share in shares)
        {
            await run.ReportAsync(answered.Count, shares.Count, $"{share.Ticker} is asked for", cancellationToken);
            answered.Add(await questions.AskAsync(share, Days, stretch, cancellationToken));
        }
        var result = new RefreshResult(
            source, stretch.From, answered.Min(one => one.To), shares.Count, answered.Count(one => one.State == GapState.Filled),
            answered.Count(one => one.State == GapState.Empty), answered.Count(one => one.State == GapState.Lost));
        return TaskOutcome.Of(JsonSerializer.Serialize(result, TaskResultJson.Default.RefreshResult));
    }
}
