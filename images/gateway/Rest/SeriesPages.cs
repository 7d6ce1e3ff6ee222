using System.Globalization;
using System.Text;
using System.Text.Json;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Gateway.Feed;
using StockPipeline.Gateway.Live;
using StockPipeline.Gateway.Series;

namespace StockPipeline.Gateway.Rest;

/// <summary>Candles and the values of indicators by instrument and interval. Rows are those of the socket, written once for both.</summary>
internal sealed class SeriesPages(MarketTables tables, TimeProvider clock)
{
    private const int MaxOpenRanges = 500;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/candles/{instrument}/{interval}", (string instrument, string interval, HttpContext http) =>
                AnswerAsync(http, StreamShape.Candles.Name, instrument, interval))
            .WithName("candles").WithTags("series").WithSummary("Candles of an instrument, oldest first: the last ones, or from a time on.")
            .Produces<SeriesAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/api/values/{stream}/{instrument}/{interval}", (string stream, string instrument, string interval, HttpContext http) =>
                AnswerAsync(http, stream, instrument, interval))
            .WithName("values").WithTags("series").WithSummary("Values of an indicator, oldest first: the last ones, or from a time on.")
            .Produces<SeriesAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private Task AnswerAsync(HttpContext http, string stream, string instrumentName, string intervalName)
    {
        if (!Interval.TryParse(intervalName, out var interval))
            return Problem.Bad($"'{intervalName}' is not an interval; allowed: {Interval.Allowed}.").ExecuteAsync(http);
        if (tables.Find(stream, interval) is not { } topic)
        {
            return Problem.Of(StatusCodes.Status404NotFound, "unknown-stream",
                $"'{stream}' is not a stream; there are {string.Join(", ", tables.Streams)}.").ExecuteAsync(http);
        }
        if (tables.FindInstrument(instrumentName) is not { } instrument)
            return Problem.UnknownInstrument(instrumentName).ExecuteAsync(http);
        if (SeriesQuery.TryRead(http.Request.Query, out var query) is { } wrong)
            return Problem.Bad(wrong).ExecuteAsync(http);
        var series = topic.Get(instrument.Figi, instrument.Ticker);
        var tag = string.Create(CultureInfo.InvariantCulture, $"\"{topic.Incarnation}.{series.Head}.{tables.Gaps.Version}\"");
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "private, no-cache";
        if (http.Request.Headers.IfNoneMatch == tag)
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        var body = Body(instrument, interval, topic, series, query);
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body).AsTask();
    }

    private byte[] Body(Instrument instrument, Interval interval, SeriesTopic topic, LiveSeries series, SeriesQuery query)
    {
        var block = series.Last(query is { From: null, To: null } ? query.Limit : int.MaxValue);
        var rows = query.Within(block.Count, block.FirstFrom);
        using var body = new MemoryStream(((rows.End - rows.First) * 280) + 512);
        body.Write(Encoding.UTF8.GetBytes(
            $"{{\"figi\":{RowText.Quote(instrument.Figi.Value)},\"ticker\":{RowText.Quote(instrument.Ticker)},"
            + $"\"interval\":\"{interval}\",\"rows\":["));
        for (var i = rows.First; i < rows.End; i++)
        {
            body.Write(i > rows.First ? ",{"u8 : "{"u8);
            body.Write(block[i]);
        }
        var next = query.Next(rows, block.Count, index => block.Times[index]);
        var position = new LivePosition(topic.Incarnation, [block.Position], clock.GetUtcNow());
        var open = JsonSerializer.Serialize(Open(instrument, interval, query), AnswerJson.Default.IReadOnlyListOpenRange);
        body.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"],\"next\":{(next is null ? "null" : RowText.Quote(next))},\"pos\":\"{position}\",\"epoch\":{series.Epoch},\"open\":{open}}}")));
        return body.ToArray();
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
