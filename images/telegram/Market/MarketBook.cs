using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Rates.Board;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.TelegramService.Market;

/// <summary>
/// What the bot knows of the market: instruments, the newest candles and MACD of each, rates, and everybody's rules. Fed by readers of topics;
/// asked by any thread.
/// </summary>
internal sealed class MarketBook(PipelineClient client, TimeProvider market)
{
    /// <summary>Candles of each series that are kept: what a picture shows.</summary>
    public const int Kept = 120;

    private readonly Lock gate = new();
    private readonly Dictionary<(Figi, Interval), Recent<Bar>> candles = [];
    private readonly Dictionary<(Figi, Interval), Recent<MacdPoint>> macd = [];
    private readonly RateBoard rates = new();
    private readonly Dictionary<AlertKey, AlertRule> rules = [];
    private readonly ConfigTable config = new(client);
    private readonly Reading[] readers = [new(), new(), new()];

    public DateTimeOffset Now => market.GetUtcNow();

    /// <summary>The indicators calculated beside MACD, as topics name them.</summary>
    public IReadOnlyList<string> Indicators => client.Topics.Indicators;

    /// <summary>All there was has been read: from here on an answer is not wrong for want of reading.</summary>
    public Task Complete => Task.WhenAll([config.Complete, .. readers.Select(reader => reader.Complete)]);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var codecs = client.Codecs;
        var tables = new List<Table>();
        foreach (var interval in Interval.All)
        {
            tables.Add(Table.Of<Candle>(client.Topics.Candles(interval), await codecs.CandlesAsync(interval, cancellationToken),
                (_, records) => Take(interval, records, candles, candle => (candle.Figi, candle.OpenTime, Bar.Of(candle, interval)))));
            tables.Add(Table.Of<MacdValue>(client.Topics.Macd(interval), await codecs.MacdAsync(interval, cancellationToken),
                (_, records) => Take(interval, records, macd, value =>
                    (value.Figi, value.OpenTime, new MacdPoint(value.MainLine, value.SignalLine, value.Histogram, value.Final)))));
        }
        var rated = Table.Of<Rate>(RatesTopics.Rates, await codecs.RatesAsync(cancellationToken), TakeRates);
        var ruled = Table.Of<AlertRule>(AlertTopics.Rules, await codecs.Alerts.RulesAsync(cancellationToken), TakeRules);
        await Together.RunAsync(
            cancellationToken,
            config.RunAsync,
            client.Kafka.ReadTables(TableAssignment.All, readers[0], [.. tables]).RunAsync,
            client.Kafka.ReadTables(TableAssignment.All, readers[1], rated).RunAsync,
            client.Kafka.ReadTables(TableAssignment.All, readers[2], ruled).RunAsync);
    }

    /// <summary>What somebody means: an instrument by its ticker or FIGI, or a pair of currencies.</summary>
    public Named? Find(string text)
    {
        var instrument = config.Current.Instruments.Values.FirstOrDefault(
            one => string.Equals(one.Ticker, text, StringComparison.OrdinalIgnoreCase) || one.Figi.Value == text);
        if (instrument is not null)
            return new Named(instrument.Figi, instrument.Ticker, instrument.Currency, instrument);
        lock (gate)
            return FollowedRate.Find(rates, text, Now) is { } rate ? new Named(rate.Figi, rate.Name, rate.Quote, null) : null;
    }

    public IReadOnlyList<Course> Courses(RatePair pair)
    {
        lock (gate)
            return rates.Courses(pair, Now);
    }

    public IReadOnlyList<(long OpenTime, Bar Row)> Candles(Figi figi, Interval interval, int count = Kept)
    {
        lock (gate)
            return candles.TryGetValue((figi, interval), out var recent) ? recent.Last(count) : [];
    }

    public IReadOnlyList<(long OpenTime, MacdPoint Row)> Macd(Figi figi, Interval interval, int count = Kept)
    {
        lock (gate)
            return macd.TryGetValue((figi, interval), out var recent) ? recent.Last(count) : [];
    }

    /// <summary>The rules of some owners, the oldest first.</summary>
    public IReadOnlyList<AlertRule> RulesOf(params IReadOnlyCollection<string> owners)
    {
        lock (gate)
            return [.. rules.Values.Where(rule => owners.Contains(rule.Owner)).OrderBy(rule => rule.Since)
                .ThenBy(rule => rule.Id, StringComparer.Ordinal)];
    }

    /// <summary>A rule of ours, before the topic tells of it.</summary>
    public void Put(AlertKey key, AlertRule? rule)
    {
        lock (gate)
        {
            if (rule is null)
                rules.Remove(key);
            else
                rules[key] = rule;
        }
    }

    private void Take<TRecord, TRow>(
        Interval interval, ReadOnlySpan<TableRecord<TRecord>> records, Dictionary<(Figi, Interval), Recent<TRow>> series,
        Func<TRecord, (Figi, DateTimeOffset, TRow)> read)
        where TRecord : class
        where TRow : struct
    {
        lock (gate)
        {
            foreach (ref readonly var record in records)
            {
                if (record.Value is { } value)
                {
                    var (figi, openTime, row) = read(value);
                    Of(series, figi, interval).Put(openTime.ToUnixTimeMilliseconds(), row);
                }
                else if (record.Key.Split('/') is [var figiText, var time] && Figi.TryParse(figiText, out var gone)
                    && InstantText.TryRead(time, out var at))
                {
                    Of(series, gone, interval).Remove(at.ToUnixTimeMilliseconds());
                }
            }
        }
    }

    private static Recent<TRow> Of<TRow>(Dictionary<(Figi, Interval), Recent<TRow>> series, Figi figi, Interval interval)
        where TRow : struct
    {
        if (!series.TryGetValue((figi, interval), out var recent))
            series.Add((figi, interval), recent = new Recent<TRow>(Kept));
        return recent;
    }

    private void TakeRates(int partition, ReadOnlySpan<TableRecord<Rate>> records)
    {
        lock (gate)
        {
            foreach (ref readonly var record in records)
            {
                if (record.Value is { } rate)
                    rates.Put(rate);
                else if (record.Key.Split('/') is [var pair, var source] && RatePair.TryParse(pair, out var read) && RateKey.IsSource(source))
                    rates.Remove(new RateKey(read, source));
            }
        }
    }

    private void TakeRules(int partition, ReadOnlySpan<TableRecord<AlertRule>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (AlertKey.TryParse(record.Key, out var key))
                Put(key, record.Value);
        }
    }

    /// <summary>Tells when what it reads has been read.</summary>
    private sealed class Reading : ITableHandler
    {
        private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Complete => complete.Task;

        public void OnAssigned(int partition)
        {
        }

        public void OnAllCaughtUp() => complete.TrySetResult();
    }
}

/// <summary>What somebody asked about.</summary>
/// <param name="Figi">Under what its candles stand.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Currency">What it is priced in.</param>
/// <param name="Instrument">The share; nothing for a pair of currencies.</param>
internal sealed record Named(Figi Figi, string Name, string Currency, Instrument? Instrument);
