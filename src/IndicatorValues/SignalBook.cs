using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Signals;
using StockPipeline.Streaming.Producing;

namespace StockPipeline.IndicatorValues;

/// <summary>Writes the signals of a worker's indicators to their topic, which all workers share; each knows its own by their rules.</summary>
internal sealed class SignalBook(Interval interval, Action<SignalKey, Signal?> write)
{
    public SignalBook(Interval interval, TopicWriter<Signal> topic, ValueTelemetry telemetry)
        : this(interval, (key, signal) =>
        {
            // What is sent while stopping must still go out.
            topic.Send(key.ToString(), signal, CancellationToken.None);
            (signal is null ? telemetry.SignalsWithdrawn : telemetry.Signals).Increment();
        })
    {
    }

    public string NameOf(Indicator indicator, SignalRule rule) => $"{indicator.Slug}-{interval}-{rule.Name}";

    public void Say(Figi figi, Indicator indicator, in SignalChange change)
    {
        var key = new SignalKey(figi, NameOf(indicator, change.Rule), DateTimeOffset.FromUnixTimeMilliseconds(change.OpenTime));
        write(key, !change.IsTrue ? null : new Signal
        {
            Figi = figi, Rule = key.Rule, Interval = interval, OpenTime = key.OpenTime, Indicator = indicator.Description.Name,
            Parameters = indicator.Parameters,
        });
    }

    public void Withdraw(Figi figi, string rule, long openTime) =>
        write(new SignalKey(figi, rule, DateTimeOffset.FromUnixTimeMilliseconds(openTime)), null);
}
