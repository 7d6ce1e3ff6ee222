using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Api;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Errors;
using StockPipeline.Market.Mapping;
using Candle = StockPipeline.Contracts.Records.Candle;
using Instrument = StockPipeline.Contracts.Records.Instrument;

namespace StockPipeline.Market.History;

/// <summary>A piece of history: what is proven, and the candles of it.</summary>
/// <param name="Proven">
/// The span whose candles are all here: a slot in it without a candle had no trades. Ends before what is still forming or may not have
/// reached history yet; empty when nothing is certain.
/// </param>
/// <param name="Candles">Complete candles, ascending, each open once. The newest may lie past <paramref name="Proven"/>.</param>
/// <param name="Asked">What was asked for; the rest of it is not certain yet.</param>
public sealed record HistoryPage(TimeRange Proven, IReadOnlyList<Candle> Candles, TimeRange Asked);

/// <summary>
/// Reads closed candles from GetCandles, in windows the API allows and with bounds that always mean [from, to). Safe for many threads.
/// </summary>
public sealed class CandleHistory(InvestApiClient api, TimeProvider clock, ILogger<CandleHistory> log)
{
    /// <summary>
    /// How long after its end a candle may still be on its way into history: the one figure for all who ask for it or prove by it.
    /// </summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);

    /// <summary>A candle that is called incomplete this long after its end will not be called complete any more.</summary>
    private static readonly TimeSpan StuckFlag = TimeSpan.FromDays(1);

    /// <summary>Steps found to be the longest that work, where the API allows less than the table says.</summary>
    private readonly ConcurrentDictionary<Interval, TimeSpan> learnedSteps = new();

    /// <summary>The candles that open in the range, oldest page first; pages follow each other without a hole.</summary>
    /// <exception cref="InvestApiException">The API has refused.</exception>
    public async IAsyncEnumerable<HistoryPage> ReadAsync(
        Instrument instrument, Interval interval, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = range.From;
        if (BeginOf(instrument, interval) is { } begin && from < begin)
        {
            var end = begin < range.To ? begin : range.To;
            yield return new HistoryPage(new TimeRange(from, end), [], new TimeRange(from, end));
            from = end;
        }
        while (from < range.To && from <= clock.GetUtcNow())
        {
            var step = learnedSteps.GetValueOrDefault(interval, CandleWindows.Of(interval).Step);
            var end = interval.Align(from) + step;
            var window = new TimeRange(from, end < range.To ? end : range.To);
            yield return await ReadWindowAsync(instrument, interval, window, cancellationToken);
            from = window.To;
        }
    }

    /// <summary>Everything <see cref="ReadAsync"/> gives, at once. For ranges of modest length.</summary>
    public async Task<IReadOnlyList<Candle>> GetAsync(Instrument instrument, Interval interval, TimeRange range, CancellationToken cancellationToken)
    {
        var candles = new List<Candle>();
        await foreach (var page in ReadAsync(instrument, interval, range, cancellationToken))
            candles.AddRange(page.Candles);
        return candles;
    }

    private static DateTimeOffset? BeginOf(Instrument instrument, Interval interval) =>
        instrument.FirstCandle(interval) is { } first ? interval.Align(first) : null;

    private async Task<HistoryPage> ReadWindowAsync(Instrument instrument, Interval interval, TimeRange window, CancellationToken cancellationToken)
    {
        // Taken before the answer: what closes while it is under way is not proven by it.
        var now = clock.GetUtcNow();
        var byOpen = new SortedDictionary<DateTimeOffset, HistoricCandle>();
        await FetchAsync(instrument, interval, window, byOpen, cancellationToken);
        var settled = interval.Align(now - Settling);
        var provenEnd = settled < window.To ? settled : window.To;
        var candles = new List<Candle>(byOpen.Count);
        foreach (var (open, candle) in byOpen)
        {
            if (!candle.IsComplete && open + interval.Length + StuckFlag > now)
                provenEnd = open < provenEnd ? open : provenEnd;
            else if (Mapped(candle, instrument, interval) is { } mapped)
                candles.Add(mapped);
        }
        return new HistoryPage(new TimeRange(window.From, provenEnd < window.From ? window.From : provenEnd), candles, window);
    }

    private async Task FetchAsync(
        Instrument instrument, Interval interval, TimeRange window, SortedDictionary<DateTimeOffset, HistoricCandle> byOpen,
        CancellationToken cancellationToken)
    {
        var allowed = CandleWindows.Of(interval);
        try
        {
            var response = await api.MarketData.GetCandlesAsync(
                new GetCandlesRequest
                {
                    InstrumentId = instrument.Uid.Length > 0 ? instrument.Uid : instrument.Figi.Value,
                    Interval = allowed.Api,
                    From = Timestamp.FromDateTimeOffset(interval.Align(window.From) - allowed.Margin),
                    To = Timestamp.FromDateTimeOffset(window.To + allowed.Margin),
                    CandleSourceType = api.Options.CandleSource,
                },
                cancellationToken: cancellationToken);
            foreach (var candle in response.Candles)
            {
                if (OpenOf(candle, instrument, interval) is { } open && window.Contains(open))
                    byOpen[open] = candle;
            }
        }
        catch (InvestApiException tooLong) when (tooLong.Verdict.Action == ErrorAction.Split && window.Length >= 2 * interval.Length)
        {
            Log.WindowSplit(log, window.ToString(), interval.Name);
            var middle = interval.Align(window.From + (window.Length / 2));
            learnedSteps[interval] = middle - window.From;
            await FetchAsync(instrument, interval, new TimeRange(window.From, middle), byOpen, cancellationToken);
            await FetchAsync(instrument, interval, new TimeRange(middle, window.To), byOpen, cancellationToken);
        }
    }

    private DateTimeOffset? OpenOf(HistoricCandle candle, Instrument instrument, Interval interval)
    {
        try
        {
            return CandleMapping.OpenOf(candle.Time, interval);
        }
        catch (FormatException unusable)
        {
            Log.CandleRejected(log, instrument.Figi.Value, interval.Name, unusable.Message);
            return null;
        }
    }

    private Candle? Mapped(HistoricCandle candle, Instrument instrument, Interval interval)
    {
        try
        {
            return candle.ToRecord(instrument.Figi, interval);
        }
        catch (Exception unusable) when (unusable is FormatException or OverflowException)
        {
            Log.CandleRejected(log, instrument.Figi.Value, interval.Name, unusable.Message);
            return null;
        }
    }
}
