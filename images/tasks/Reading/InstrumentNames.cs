using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Tasks;
using StockPipeline.Workers;

namespace StockPipeline.TaskWorkers.Reading;

/// <summary>Finds the instruments that people name.</summary>
internal static class InstrumentNames
{
    /// <exception cref="TaskFailedException">Nobody follows it.</exception>
    public static Instrument Find(this ConfigSnapshot config, string name)
    {
        if (Figi.TryParse(name, out var figi) && config.Instruments.TryGetValue(figi, out var known))
            return known;
        var found = config.Instruments.Values.Where(one => string.Equals(one.Ticker, name, StringComparison.OrdinalIgnoreCase)).ToList();
        return found switch
        {
            [var only] => only,
            [] => throw new TaskFailedException("unknown-instrument", $"{name} is neither the ticker nor the FIGI of an instrument we follow."),
            _ => throw new TaskFailedException(
                "ambiguous-instrument", $"{name} is the ticker of {found.Count} instruments: name one by its FIGI, such as {found[0].Figi}."),
        };
    }

    /// <summary>Those named, or all; in order of their tickers.</summary>
    public static IReadOnlyList<Instrument> FindAll(this ConfigSnapshot config, IReadOnlyList<string>? names) =>
        [.. (names is null ? config.Instruments.Values : names.Select(config.Find)).DistinctBy(one => one.Figi)
            .OrderBy(one => one.Ticker, StringComparer.Ordinal)];
}
