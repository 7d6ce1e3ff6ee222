using System.Globalization;
using System.IO.Compression;
using System.Text;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Grpc;
using StockPipeline.Simulator.Api;
using StockPipeline.Simulator.Grpc;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Rest;

/// <summary>The minute archive: <c>GET /history-data?instrument_id=…&amp;year=…</c>, a ZIP of one CSV a day, without the current day.</summary>
internal sealed class ArchivePage(ReferenceMarket market, TokenGate tokens, QuotaMeter quotas, TimeProvider clock)
{
    private const int FirstYear = 2017;

    public void Map(IEndpointRouteBuilder web) => web.MapGet("/history-data", (RequestDelegate)AnswerAsync);

    private async Task AnswerAsync(HttpContext http)
    {
        try
        {
            var token = tokens.Check(http.Request.Headers.Authorization);
            quotas.Take(token, Quota.Archive).Write((name, value) => http.Response.Headers[name] = value);
        }
        catch (GrpcException refused)
        {
            refused.Status.RateLimit?.Write((name, value) => http.Response.Headers[name] = value);
            http.Response.StatusCode = refused.Status.Code == GrpcStatusCode.Unauthenticated
                ? StatusCodes.Status401Unauthorized
                : StatusCodes.Status429TooManyRequests;
            return;
        }
        var query = http.Request.Query;
        var id = First(query["instrument_id"], query["instrumentId"], query["figi"]);
        if (id.Length == 0 || !int.TryParse(query["year"], NumberStyles.None, CultureInfo.InvariantCulture, out var year))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        var zip = market.Find(id) is { } listing && year is >= FirstYear and <= 9999 ? Zip(listing, year, http.RequestAborted) : null;
        if (zip is null)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        http.Response.ContentType = "application/zip";
        http.Response.ContentLength = zip.Length;
        await zip.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    /// <summary>Null when nothing was traded in that year before today.</summary>
    private MemoryStream? Zip(Listing listing, int year, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var file = new MemoryStream();
        var any = false;
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            var text = new StringBuilder();
            for (var day = new DateOnly(year, 1, 1); day.Year == year && day < today; day = day.AddDays(1))
            {
                stop.ThrowIfCancellationRequested();
                text.Clear();
                WriteDay(text, listing, day, now.ToUnixTimeMilliseconds());
                if (text.Length == 0)
                    continue;
                any = true;
                var name = string.Create(CultureInfo.InvariantCulture, $"{listing.Uid}_{day:yyyyMMdd}.csv");
                using var entry = new StreamWriter(zip.CreateEntry(name, CompressionLevel.Fastest).Open(), new UTF8Encoding(false));
                entry.Write(text);
            }
        }
        file.Position = 0;
        return any ? file : null;
    }

    /// <summary>The order of the archive is its own: open, close, high, low.</summary>
    private void WriteDay(StringBuilder text, Listing listing, DateOnly day, long nowMs)
    {
        var midnight = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
        foreach (var bar in market.Bars(listing, CandlePeriod.Of(Interval.OneMinute), midnight, midnight + Interval.OneDay.LengthMs, nowMs))
        {
            var time = DateTimeOffset.FromUnixTimeMilliseconds(bar.OpenMs);
            text.Append(CultureInfo.InvariantCulture, $"{listing.Uid};{time:yyyy-MM-dd'T'HH:mm:ss'Z'};")
                .Append(CultureInfo.InvariantCulture, $"{Price.FromNanos(bar.Open)};{Price.FromNanos(bar.Close)};{Price.FromNanos(bar.High)};")
                .Append(CultureInfo.InvariantCulture, $"{Price.FromNanos(bar.Low)};{bar.Volume};\n");
        }
    }

    private static string First(params string?[] values) => Array.Find(values, value => !string.IsNullOrEmpty(value)) ?? "";
}
