using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Sources;

namespace StockPipeline.RatesTests;

/// <summary>Keeps what a module says of a message.</summary>
internal sealed class CollectedFrames : IFrameSink
{
    public List<(string Feed, Tick Tick)> Ticks { get; } = [];

    public List<(string Feed, RateStatus Status, string Reason)> Statuses { get; } = [];

    public List<string> Refusals { get; } = [];

    public int Signs { get; private set; }

    public string? End { get; private set; }

    public void Take(string feed, in Tick tick) => Ticks.Add((feed, tick));

    public void TakeStatus(string feed, RateStatus status, string reason) => Statuses.Add((feed, status, reason));

    public void Alive() => Signs++;

    public void Ending(string reason) => End = reason;

    public void Refused(string reason) => Refusals.Add(reason);
}
