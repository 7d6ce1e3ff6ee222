using StockPipeline.Alerts;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Streaming.Producing;

namespace StockPipeline.AlertsService;

/// <summary>Writes what the boards say.</summary>
internal sealed class EventOutput(TopicWriter<AlertEvent> writer, TimeProvider market, Metrics metrics, ILogger log)
{
    /// <summary>What is said so long after its candle closed is late, whoever is to blame.</summary>
    private static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(2);

    private readonly Counter said = metrics.Counter("stockpipeline_alerts_events_total", "Events that happened.");
    private readonly Counter withdrawn = metrics.Counter("stockpipeline_alerts_withdrawn_total", "Events that a repair has made untrue.");

    public void Write(IReadOnlyList<AlertChange> changes)
    {
        foreach (var change in changes)
            Write(change);
    }

    private void Write(in AlertChange change)
    {
        var (rule, now) = (change.Rule, market.GetUtcNow());
        var openTime = DateTimeOffset.FromUnixTimeMilliseconds(change.OpenTime);
        var isOld = rule.Condition.Kind != AlertKind.Stale && now - (openTime + rule.Condition.Interval.Length) > LateAfter;
        var one = new AlertEvent
        {
            Owner = rule.Owner, RuleId = rule.Id, Condition = rule.Condition, OpenTime = openTime, IsWithdrawn = !change.IsTrue,
            IsLate = change.IsLate || isOld, Value = Finite(change.Value), Threshold = Finite(change.Threshold), SaidAt = now,
        };
        // What is sent while stopping must still go out.
        writer.Send(one.Key.ToString(), one, CancellationToken.None);
        (change.IsTrue ? said : withdrawn).Increment();
        Log.Said(log, rule.Key, openTime, change.IsTrue);
    }

    private static double Finite(double value) => double.IsFinite(value) ? value : 0;
}
