using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Topics;

/// <summary>Knows the tickers and FIGIs that the configuration topic names.</summary>
internal sealed class KnownInstruments
{
    private const int MostNamed = 20;
    private const int MostRecords = 1_000_000;

    private readonly SortedDictionary<string, Figi> byTicker = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<Figi, string> byFigi = [];

    public static async Task<KnownInstruments> ReadAsync(KafkaView kafka, RecordDecoder decoder, string configTopic)
    {
        var known = new KnownInstruments();
        if (!(await kafka.TopicsAsync()).TryGetValue(configTopic, out var topic))
            return known;
        await foreach (var record in kafka.ReadAsync(configTopic, topic.Partitions.Select(one => one.PartitionId), MostRecords))
        {
            if (record.Key.Contains('/', StringComparison.Ordinal))
                continue;
            if (record.Value is { } value && await decoder.DecodeAsync(value) is Instrument instrument)
                (known.byTicker[instrument.Ticker], known.byFigi[instrument.Figi]) = (instrument.Figi, instrument.Ticker);
        }
        return known;
    }

    public string? TickerOf(Figi figi) => byFigi.GetValueOrDefault(figi);

    /// <exception cref="TopicsException">There is no such ticker, and a FIGI it is not either.</exception>
    public Figi Find(string text)
    {
        if (byTicker.TryGetValue(text, out var figi))
            return figi;
        if (Figi.TryParse(text, out figi) && (byFigi.ContainsKey(figi) || text.Length >= 12))
            return figi;
        var some = string.Join(", ", byTicker.Keys.Take(MostNamed)) + (byTicker.Count > MostNamed ? ", …" : "");
        throw new TopicsException(byTicker.Count == 0
            ? $"'{text}' cannot be looked up: the configuration topic names no instruments; a FIGI works"
            : $"there is no instrument '{text}'; there are {some}");
    }
}
