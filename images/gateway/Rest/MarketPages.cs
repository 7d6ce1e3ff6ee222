using Microsoft.AspNetCore.Http.HttpResults;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Gateway.Feed;

namespace StockPipeline.Gateway.Rest;

/// <summary>Instruments, the ledger of gaps and how complete the days are.</summary>
internal sealed class MarketPages(MarketTables tables, TimeProvider market)
{
    private const int UsualPage = 200;
    private const int MaxPage = 1_000;
    private const int UsualDays = 24;
    private const int MaxDays = 92;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/instruments", Instruments).WithName("instruments").WithTags("market")
            .WithSummary("The instruments that are followed, or with pairs the pairs of currencies; query looks in ticker, name and FIGI.");
        routes.MapGet("/api/gaps", Gaps).WithName("gaps").WithTags("market").WithSummary("The ledger of gaps, page by page.");
        routes.MapGet("/api/completeness", Completeness).WithName("completeness").WithTags("market")
            .WithSummary("Candles there of candles expected, by instrument and day of one interval.");
    }

    private Ok<IReadOnlyList<InstrumentAnswer>> Instruments(string? query, bool? pairs)
    {
        IReadOnlyList<string> intervals = [.. Interval.All.Select(interval => interval.Name)];
        return TypedResults.Ok<IReadOnlyList<InstrumentAnswer>>(
        [
            .. (pairs == true ? tables.Rates.All.Select(PairInstruments.Of) : tables.Config.Current.Instruments.Values)
                .Where(one => query is null || Contains(one.Ticker, query) || Contains(one.Name, query) || one.Figi.Value == query)
                .OrderBy(one => one.Ticker, StringComparer.Ordinal).ThenBy(one => one.Figi)
                .Select(one => new InstrumentAnswer(one.Figi.Value, one.Ticker, one.Name, one.ClassCode, one.Currency, one.Lot,
                    one.MinPriceIncrement.ToDouble(), one.Exchange, one.EndOfDay, intervals)),
        ]);
    }

    private Results<Ok<GapPage>, ProblemHttpResult> Gaps(string? figi, string? interval, string? state, string? cursor, int? limit)
    {
        Interval? only = null;
        if (interval is not null && !Interval.TryParse(interval, out only))
            return Problem.Bad($"'{interval}' is not an interval; allowed: {Interval.Allowed}.");
        Instrument? instrument = null;
        if (figi is not null && (instrument = tables.FindTraded(figi)) is null)
            return Problem.UnknownInstrument(figi);
        if (limit is < 1 or > MaxPage)
            return Problem.Bad($"limit={limit} is not a number from 1 to {MaxPage}.");
        var states = state?.Split(',') ?? [];
        var rows = tables.Gaps.All
            .Where(gap => (only is null || gap.Interval == only) && (instrument is null || gap.Figi == instrument.Figi)
                && (states.Length == 0 || states.Contains(SeriesPages.StateOf(gap))))
            .Select(gap => (Gap: gap, Key: $"{gap.Figi}~{gap.Interval.Number:D2}~{gap.From:yyyyMMddHHmm}"))
            .SkipWhile(row => cursor is not null && row.Key != cursor).Take((limit ?? UsualPage) + 1).ToList();
        var page = rows.Take(limit ?? UsualPage).Select(row => Answer(row.Gap)).ToList();
        return TypedResults.Ok(new GapPage(page, rows.Count > page.Count ? rows[^1].Key : null));
    }

    private Results<Ok<IReadOnlyList<CompletenessAnswer>>, ProblemHttpResult> Completeness(string? interval, string? figi, int? days)
    {
        Interval? of = Interval.OneMinute;
        if (interval is not null && !Interval.TryParse(interval, out of))
            return Problem.Bad($"'{interval}' is not an interval; allowed: {Interval.Allowed}.");
        if (days is < 1 or > MaxDays)
            return Problem.Bad($"days={days} is not a number from 1 to {MaxDays}.");
        var instruments = tables.Config.Current.Instruments.Values.OrderBy(one => one.Ticker, StringComparer.Ordinal).ToList();
        if (figi is not null)
        {
            if (tables.FindInstrument(figi) is not { } only)
                return Problem.UnknownInstrument(figi);
            instruments = [only];
        }
        var count = new CompletenessCount(tables, market.GetUtcNow());
        return TypedResults.Ok<IReadOnlyList<CompletenessAnswer>>([.. instruments.Select(one => count.Of(one, of, days ?? UsualDays))]);
    }

    private GapAnswer Answer(Gap gap) => new(
        gap.Figi.Value, TickerOf(gap), gap.Interval.Name, gap.From, gap.To, gap.Missing, SeriesPages.StateOf(gap), gap.Attempts, gap.UpdatedAt);

    private string TickerOf(Gap gap) =>
        tables.Config.Current.Instruments.TryGetValue(gap.Figi, out var instrument) ? instrument.Ticker : gap.Figi.Value;

    private static bool Contains(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);
}
