using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Records;
using StockPipeline.Market.Errors;
using StockPipeline.Market.History;
using StockPipeline.MarketTests.Server;
using static StockPipeline.MarketTests.Samples;

namespace StockPipeline.MarketTests.History;

public sealed class MinuteArchiveTests : IAsyncDisposable
{
    private const string Row = "e6123145;2024-09-27T07:00:00Z;270.1;270.9;271;269.5;1200;\n";

    private ScriptedServer? other;

    [Fact]
    public async Task Days_come_in_order_with_close_before_high_and_low()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Serve("/history-data", context => SendAsync(
            context,
            ("e6123145_20240930.csv", "e6123145;2024-09-30T07:01:00Z;1;1;1;1;5;\ne6123145;2024-09-30T07:00:00Z;1;1;1;1;4;\n"),
            ("e6123145_20240927.csv", Row)));

        var days = await ReadAsync(server);

        Assert.Equal([new DateOnly(2024, 9, 27), new DateOnly(2024, 9, 30)], days.Select(day => day.Date));
        var candle = days[0].Candles.Single();
        Assert.Equal("270.1 271 269.5 270.9", $"{candle.Open} {candle.High} {candle.Low} {candle.Close}");
        Assert.Equal((Utc(2024, 9, 27, 7), 1200, true, CandleSource.History), (candle.OpenTime, candle.Volume, candle.Final, candle.Source));
        Assert.Equal([4L, 5L], days[1].Candles.Select(one => one.Volume));
        Assert.Equal("Bearer t.secret", server.LastHeaders["authorization"]);
    }

    [Fact]
    public async Task A_year_without_data_is_no_error()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Serve("/history-data", context => Answer(context, StatusCodes.Status404NotFound));

        Assert.Empty(await ReadAsync(server));
    }

    [Fact]
    public async Task A_busy_archive_is_waited_for()
    {
        await using var server = await ScriptedServer.StartAsync();
        var calls = 0;
        server.Serve("/history-data", context =>
        {
            context.Response.Headers.RetryAfter = "0";
            return ++calls < 3 ? Answer(context, StatusCodes.Status429TooManyRequests) : SendAsync(context, ("e6123145_20240927.csv", Row));
        });

        Assert.Single(await ReadAsync(server));
    }

    [Fact]
    public async Task A_failing_archive_is_tried_again_and_in_the_end_says_what_a_500_may_mean()
    {
        await using var server = await ScriptedServer.StartAsync();
        var calls = 0;
        server.Serve("/history-data", context =>
        {
            calls++;
            return Answer(context, StatusCodes.Status500InternalServerError);
        });

        var error = await Assert.ThrowsAsync<InvestApiException>(() => ReadAsync(server));

        Assert.Contains("token", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task A_wrong_token_is_final()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Serve("/history-data", context => Answer(context, StatusCodes.Status401Unauthorized));

        Assert.True((await Assert.ThrowsAsync<InvestApiException>(() => ReadAsync(server))).IsTokenRejected);
    }

    [Fact]
    public async Task A_redirect_keeps_the_token_on_the_same_host_and_drops_it_elsewhere()
    {
        await using var server = await ScriptedServer.StartAsync();
        other = await ScriptedServer.StartAsync();
        server.Serve("/history-data", context => Redirect(context, "/here"));
        server.Serve("/here", context => Redirect(context, new Uri(other.Address, "/there").ToString()));
        other.Serve("/there", context => SendAsync(context, ("e6123145_20240927.csv", Row)));

        Assert.Single(await ReadAsync(server));

        Assert.Equal("Bearer t.secret", server.LastHeaders["authorization"]);
        Assert.False(other.LastHeaders.ContainsKey("authorization"));
    }

    [Fact]
    public async Task Redirects_in_a_circle_have_an_end()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Serve("/history-data", context => Redirect(context, "/history-data"));

        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(server));
    }

    [Theory]
    [InlineData("e6123145_20240927.csv", "e6123145;2024-09-27T07:00:00Z;1;1;1;\n")]
    [InlineData("e6123145_20240927.csv", "e6123145;2024-09-27T07:00:30Z;1;1;1;1;1;\n")]
    [InlineData("e6123145_20240927.csv", "e6123145;2024-09-27T07:00:00Z;1;x;1;1;1;\n")]
    [InlineData("e6123145_20240927.csv", "e6123145;2024-09-27T07:00:00Z;1;1;1;1;-1;\n")]
    [InlineData("readme.txt", "hello")]
    public async Task What_is_no_archive_is_refused_with_the_place(string name, string content)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Serve("/history-data", context => SendAsync(context, (name, content)));

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(server));

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_day_of_as_many_rows_as_allowed_is_read_and_one_more_is_refused()
    {
        var full = string.Concat(Enumerable.Repeat(Row, ArchiveCsv.MaxRows));

        Assert.Single(ArchiveCsv.Read(new StringReader(full), "full", Sber.Figi, CandleSource.History));
        Assert.Throws<InvalidDataException>(() => ArchiveCsv.Read(new StringReader(full + Row), "full", Sber.Figi, CandleSource.History));
    }

    [Fact]
    public void Rows_are_read_as_they_are_written()
    {
        using var text = new StringWriter();
        var candle = ArchiveCsv.Read(new StringReader(Row), "one", Sber.Figi, CandleSource.Replay).Single();

        ArchiveCsv.Write(text, "e6123145", candle);

        Assert.Equal(Row, text.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        if (other is not null)
            await other.DisposeAsync();
    }

    private static async Task<List<ArchiveDay>> ReadAsync(ScriptedServer server)
    {
        using var client = server.Client(
            options => options.Retry = new BackoffLimits { First = TimeSpan.FromMilliseconds(1), Cap = TimeSpan.FromMilliseconds(2), Attempts = 3 });
        using var archive = new MinuteArchive(client, NullLogger<MinuteArchive>.Instance);
        var days = new List<ArchiveDay>();
        await foreach (var day in archive.ReadYearAsync(Sber, 2024, CancellationToken.None))
            days.Add(day);
        return days;
    }

    private static async Task SendAsync(HttpContext context, params (string Name, string Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                await using var entry = await zip.CreateEntry(name).OpenAsync();
                await entry.WriteAsync(Encoding.UTF8.GetBytes(content));
            }
        }
        await context.Response.Body.WriteAsync(bytes.ToArray());
    }

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task Redirect(HttpContext context, string target)
    {
        context.Response.Redirect(target);
        return Task.CompletedTask;
    }
}
