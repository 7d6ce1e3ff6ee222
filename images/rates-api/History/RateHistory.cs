using System.Globalization;
using System.Text.Json;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;
using StockPipeline.Rates.Board;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.RatesApi.History;

/// <summary>The candles of rates, of all the candles in the topic of one minute. Safe from any thread.</summary>
internal sealed class RateHistory : ITableHandler
{
    /// <summary>Series kept; those of more would not fit the memory this service may have.</summary>
    public const int MostSeries = 5_000;

    private readonly Lock gate = new();
    private readonly Dictionary<Figi, PastSeries> series = [];
    private volatile bool complete;

    /// <summary>All there was has been read.</summary>
    public bool IsComplete => complete;

    /// <summary>Minutes are only ever put in their place again.</summary>
    public void OnAssigned(int partition)
    {
    }

    public void OnAllCaughtUp() => complete = true;

    public void Take(int partition, ReadOnlySpan<TableRecord<Candle>> records)
    {
        lock (gate)
        {
            foreach (ref readonly var record in records)
            {
                if (record.Value is not { } candle || !RateFigi.IsOfRate(candle.Figi))
                    continue;
                if (!series.TryGetValue(candle.Figi, out var past))
                {
                    if (series.Count >= MostSeries)
                        continue;
                    series.Add(candle.Figi, past = new PastSeries());
                }
                var minute = (int)(candle.OpenTime.ToUnixTimeSeconds() / 60);
                past.Put(new PastBar(minute, minute, minute, candle.Open.Nanos, candle.High.Nanos, candle.Low.Nanos, candle.Close.Nanos));
            }
        }
    }

    /// <summary>The past of a pair at one source, as it is answered; null where there is none.</summary>
    public byte[]? Write(RatePair pair, HistoryQuery query, IReadOnlyList<Rate> rates)
    {
        var market = AssetPair.Of(pair);
        // A market in a dollar token stands in for one in dollars, under its own name.
        var rate = rates.Where(rate => query.Source is null || rate.Source == query.Source)
            .Where(rate => AssetPair.Of(rate.Pair) == market || (market.Quote == "usd" && IsInDollarToken(rate, market)))
            .OrderBy(rate => AssetPair.Of(rate.Pair) == market ? 0 : 1).ThenBy(rate => rate.Priority).ThenByDescending(rate => rate.EventTime)
            .FirstOrDefault();
        if (rate is null)
            return null;
        IReadOnlyList<PastBar> bars;
        lock (gate)
        {
            bars = series.TryGetValue(RateFigi.Of(rate.Pair, rate.Source), out var past)
                ? past.Read(query.Step, Minute(query.From), Minute(query.To), query.Limit)
                : [];
        }
        return Write(rate, query, bars);
    }

    private static byte[] Write(Rate rate, HistoryQuery query, IReadOnlyList<PastBar> bars)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("direction", rate.Pair.ToString());
            json.WriteString("exchanger", rate.Source);
            json.WriteString("interval", query.Step.ToString().ToLowerInvariant());
            json.WriteStartArray("candles");
            foreach (var bar in bars)
            {
                json.WriteStartObject();
                json.WriteString("time", InstantText.Write(DateTimeOffset.FromUnixTimeSeconds(bar.OpenMinute * 60L)));
                foreach (var (name, nanos) in (ReadOnlySpan<(string, long)>)[
                    ("open", bar.Open), ("high", bar.High), ("low", bar.Low), ("close", bar.Close)])
                {
                    json.WritePropertyName(name);
                    json.WriteRawValue(Price.FromNanos(nanos).ToDecimal().ToString("0.#########", CultureInfo.InvariantCulture));
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return body.ToArray();
    }

    private static bool IsInDollarToken(Rate rate, AssetPair market) =>
        AssetPair.Of(rate.Pair).Base == market.Base && StockPipeline.Rates.Pairs.KnownAssets.IsDollarToken(rate.Pair.Quote);

    private static long Minute(DateTimeOffset at) => (long)Math.Ceiling(at.ToUnixTimeSeconds() / 60.0);
}
