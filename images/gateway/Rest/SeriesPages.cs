using System.Buffers;
using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Gateway.Feed;
using StockPipeline.Gateway.Live;
using StockPipeline.Gateway.Series;

namespace StockPipeline.Gateway.Rest;

/// <summary>Candles and the values of indicators by instrument and interval. Rows are those of the socket, written once for both.</summary>
internal sealed class SeriesPages(MarketTables tables, OlderRows older, TimeProvider clock)
{
    private const int MaxOpenRanges = 500;

    /// <summary>Written before the connection is asked to take it.</summary>
    private const int FlushBytes = 64 << 10;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/candles/{instrument}/{interval}",
                (string instrument, string interval, [AsParameters] SeriesParameters _, HttpContext http) =>
                    AnswerAsync(http, StreamShape.Candles.Name, instrument, interval))
            .WithName("candles").WithTags("series")
            .WithSummary("Candles of an instrument, oldest first: the last ones, or from a time on; with asOf as they were known at that time.")
            .Produces<SeriesAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/api/values/{stream}/{instrument}/{interval}",
                (string stream, string instrument, string interval, [AsParameters] SeriesParameters _, HttpContext http) =>
                    AnswerAsync(http, stream, instrument, interval))
            .WithName("values").WithTags("series").WithSummary("Values of an indicator, oldest first: the last ones, or from a time on.")
            .Produces<SeriesAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private async Task AnswerAsync(HttpContext http, string stream, string instrumentName, string intervalName)
    {
        if (!Interval.TryParse(intervalName, out var interval))
        {
            await Problem.Bad($"'{intervalName}' is not an interval; allowed: {Interval.Allowed}.").ExecuteAsync(http);
            return;
        }
        if (tables.Find(stream, interval) is not { } topic)
        {
            await Problem.Of(StatusCodes.Status404NotFound, "unknown-stream",
                $"'{stream}' is not a stream; there are {string.Join(", ", tables.Streams)}.").ExecuteAsync(http);
            return;
        }
        if (tables.FindTraded(instrumentName) is not { } instrument)
        {
            await Problem.UnknownInstrument(instrumentName).ExecuteAsync(http);
            return;
        }
        if ((SeriesQuery.TryRead(http.Request.Query, out var query) ?? Refuse(query, topic)) is { } wrong)
        {
            await Problem.Bad(wrong).ExecuteAsync(http);
            return;
        }
        var series = topic.Get(instrument.Figi, instrument.Ticker);
        var tag = string.Create(
            CultureInfo.InvariantCulture, $"\"{topic.Incarnation}.{series.Head}.{tables.Gaps.Version}.{tables.Revisions.Count}\"");
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "private, no-cache";
        if (http.Request.Headers.IfNoneMatch == tag)
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        if (await RowsAsync(series, query, http.RequestAborted) is not { } rows)
        {
            http.Response.Headers.RetryAfter = "1";
            await Problem.Of(StatusCodes.Status503ServiceUnavailable, "too-many-readings",
                "Too many wait already for rows that are older than those kept here.").ExecuteAsync(http);
            return;
        }
        await WriteAsync(http, instrument, topic, series, rows, query);
    }

    /// <returns>Why what was known then cannot be said; nothing where it can, or nobody asks.</returns>
    private string? Refuse(SeriesQuery query, SeriesTopic topic)
    {
        if (query.AsOf is not { } asOf)
            return null;
        if (topic.Shape != StreamShape.Candles)
            return "asOf is for candles: values are calculated anew from corrected candles, and what they were is not kept.";
        var (kept, forgotten) = (clock.GetUtcNow() - RevisionTopics.Kept, tables.Revisions.Forgotten);
        var reach = kept > forgotten ? kept : forgotten;
        return asOf < reach.ToUnixTimeMilliseconds()
            ? string.Create(CultureInfo.InvariantCulture, $"asOf is before {reach:yyyy-MM-ddTHH:mm:ssZ}, up to where corrections are kept.")
            : null;
    }

    /// <returns>Nothing where too many wait for older rows.</returns>
    private async Task<JoinedRows?> RowsAsync(LiveSeries series, SeriesQuery query, CancellationToken cancellationToken)
    {
        var block = series.Last(query is { From: null, To: null } ? query.Limit : int.MaxValue);
        SeriesTable? before = null;
        if (series.IsTrimmed && IsBeyond(series, block, query))
        {
            before = await older.OfAsync(series, cancellationToken);
            if (before is null)
                return null;
            // What went out of the kept rows while the topic was read is in what was read.
            block = series.Last(int.MaxValue);
        }
        if (query.AsOf is not { } asOf)
            return new JoinedRows(before, block, series.Text);
        var revisions = tables.Revisions.Of(series.Figi, series.Topic.Interval);
        return new JoinedRows(series.Look(now => KnownRows.At(now, before, revisions, asOf)), series.Text);
    }

    private static bool IsBeyond(LiveSeries series, RowBlock block, SeriesQuery query)
    {
        var whole = block.Count < series.Count ? series.Last(int.MaxValue) : block;
        return query.ReachesBefore(query.Within(whole.Count, whole.FirstFrom), whole.Count == 0 ? long.MaxValue : whole.TimeAt(0));
    }

    /// <summary>
    /// Writes the answer piece by piece into what the connection takes: whole, it would be a large object for each request.
    /// </summary>
    private async Task WriteAsync(
        HttpContext http, Instrument instrument, SeriesTopic topic, LiveSeries series, JoinedRows rows, SeriesQuery query)
    {
        var interval = topic.Interval;
        var (first, end) = query.Within(rows.Count, rows.FirstFrom);
        var next = query.Next((first, end), rows.Count, rows.TimeAt);
        var position = new LivePosition(topic.Incarnation, [rows.Position], clock.GetUtcNow());
        var open = JsonSerializer.Serialize(Open(instrument, interval, query), AnswerJson.Default.IReadOnlyListOpenRange);
        // What was known at some time is certain only since no correction can have been missed.
        var since = tables.RevisionsCompleteSince(instrument.Figi, interval);
        var complete = query.AsOf is null ? ""
            : since is null ? ",\"completeSince\":null" : $",\"completeSince\":\"{since.Value.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}\"";
        var head = Encoding.UTF8.GetBytes(
            $"{{\"figi\":{RowText.Quote(instrument.Figi.Value)},\"ticker\":{RowText.Quote(instrument.Ticker)},"
            + $"\"interval\":\"{interval}\",\"rows\":[");
        var tail = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"],\"next\":{(next is null ? "null" : RowText.Quote(next))},\"pos\":\"{position}\",\"epoch\":{series.Epoch},"
            + $"\"open\":{open}{complete}}}"));
        var response = http.Response;
        response.ContentType = "application/json; charset=utf-8";
        // Older rows are written as they go out, and how long they become is not known before.
        if (rows.AreWritten)
        {
            // The first has no comma ahead of it.
            response.ContentLength = head.Length + tail.Length + rows.LengthOf(first, end) - (end > first ? 1 : 0);
        }
        var body = response.BodyWriter;
        body.Write(head);
        for (var i = first; i < end;)
        {
            i += rows.Write(i, end, isFirst: i == first, body);
            if (body.UnflushedBytes >= FlushBytes && (await body.FlushAsync(http.RequestAborted)).IsCompleted)
                return;
        }
        body.Write(tail);
        await body.FlushAsync(http.RequestAborted);
    }

    private IReadOnlyList<OpenRange> Open(Instrument instrument, Interval interval, SeriesQuery query) =>
    [
        .. tables.Gaps.Of(instrument.Figi, interval)
            .Where(gap => gap.State != GapState.Filled
                && (query.From is not { } from || gap.To.ToUnixTimeMilliseconds() > from)
                && (query.To is not { } to || gap.From.ToUnixTimeMilliseconds() < to))
            .TakeLast(MaxOpenRanges)
            .Select(gap => new OpenRange(gap.From, gap.To, StateOf(gap), gap.Missing, gap.Attempts)),
    ];

    /// <summary>The states as the interface writes them.</summary>
    public static string StateOf(Gap gap) => gap.State switch
    {
        GapState.Suspected => "suspected",
        GapState.Requested => "requested",
        GapState.Filled => "filled",
        GapState.Empty => "empty",
        _ => "lost",
    };
}

/// <summary>What a series may be asked with, for the document of the interface; read with words of our own for what is wrong.</summary>
internal sealed record SeriesParameters
{
    [FromQuery(Name = "from"), Description("From this open time on, oldest first.")]
    public string? From { get; init; }

    [FromQuery(Name = "to"), Description("Before this open time.")]
    public string? To { get; init; }

    [FromQuery(Name = "last"), Description("At most so many rows, 200 unless said, 5000 at most.")]
    public string? Last { get; init; }

    [FromQuery(Name = "cursor"), Description("The next page, as the answer before named it.")]
    public string? Cursor { get; init; }

    [FromQuery(Name = "asOf"), Description("Candles as they were known at this time; corrections are kept for 90 days.")]
    public string? AsOf { get; init; }
}
