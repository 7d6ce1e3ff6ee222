using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Npgsql;
using StockPipeline.Bench.Measure;
using StockPipeline.Storage.Postgres;
using StockPipeline.Testing;

namespace StockPipeline.Bench.Rates;

/// <summary>
/// From a frame of an exchange to the answer of the API: 1,000 frames a second over 500 pairs through collector, broker and API, each a process of
/// its own, while somebody asks for the pair that was just sent until the answer has its price.
/// </summary>
internal sealed class RatesLatencySuite : ISuite
{
    private const double MostP99Ms = 20;

    private const double MostResident = 150;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(20);

    public string Name => "rates-latency";

    public async Task RunAsync(Report report)
    {
        if (PrivatePostgres.FindPrograms() is not { } programs)
        {
            report.Say("left out: PostgreSQL is not installed here");
            return;
        }
        using var folder = new TempFolder();
        // The server runs as another user where this program runs as root.
        await ChildProcess.OutputOfAsync("chmod", ["755", folder.Path], patience: Eventually.Patience);
        await using var database = await PrivatePostgres.StartAsync(programs, folder.File("postgres"), TimeProvider.System, default);
        await using var exchange = await FrameSource.StartAsync();
        await FillAsync(database.ConnectionString, exchange);
        var port = FreePorts.Take(1)[0];
        await using var cluster = await Cluster.StartAsync(folder, ("RATES_API_PORT", $"{port}"), ("DATABASE_URL", database.ConnectionString));
        var (rates, api) = (cluster.Start("RatesService"), cluster.Start("RatesApi"));
        using var stop = new CancellationTokenSource();
        var sending = exchange.SendAsync(stop.Token);
        await Eventually.SeeAsync(() => PriceAsync(port, 0), price => price > 0);

        var latencies = new LatencyHistogram();
        await ProbeAsync(port, exchange, latencies);
        await stop.CancelAsync();
        await sending;
        rates.ThrowIfEnded("the collector");
        api.ThrowIfEnded("the API");
        report.Add("frame to answer, 1,000 frames/s over 500 pairs: p50", latencies.Percentile(50), "ms");
        report.Add("frame to answer: p99", latencies.Percentile(99), "ms", Bar.AtMost(MostP99Ms));
        report.Add("collector, resident", Resident(rates), "MB", Bar.AtMost(MostResident));
        report.Add("API, resident", Resident(api), "MB", Bar.AtMost(MostResident));
    }

    private static async Task FillAsync(string database, FrameSource exchange)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var create = source.CreateCommand(
            "create table trade_info (id serial primary key, url text not null, currency_pair text not null, task_type text not null, "
            + "wrapper_type text not null)");
        await create.ExecuteNonQueryAsync();
        await using var insert = source.CreateCommand(
            "insert into trade_info (url, currency_pair, task_type, wrapper_type) values ($1, $2, 'binance-stream', 'bench')");
        insert.Parameters.AddWithValue($"{exchange.Url}/ws/{string.Join('/', Enumerable.Range(0, FrameSource.Pairs).Select(FrameSource.StreamOf))}");
        insert.Parameters.AddWithValue($"{string.Join(',', Enumerable.Range(0, FrameSource.Pairs).Select(FrameSource.BaseOf))}-usdt");
        await insert.ExecuteNonQueryAsync();
    }

    private static async Task ProbeAsync(int port, FrameSource exchange, LatencyHistogram latencies)
    {
        using var client = new TcpClient("127.0.0.1", port) { NoDelay = true };
        var stream = client.GetStream();
        var (began, buffer) = (TimeProvider.System.GetTimestamp(), new byte[8 * 1024]);
        while (TimeProvider.System.GetElapsedTime(began) < WarmUp + Length)
        {
            var (pair, sequence, sent) = await exchange.NextAsync();
            var request = Encoding.ASCII.GetBytes(
                $"GET /api/v1/currency_pair/?currency_pair={FrameSource.BaseOf(pair)}-usdt HTTP/1.1\r\nHost: x\r\n\r\n");
            while (true)
            {
                await stream.WriteAsync(request);
                var length = await stream.ReadAsync(buffer);
                if (PriceIn(buffer.AsSpan(0, length)) >= sequence)
                    break;
            }
            if (TimeProvider.System.GetElapsedTime(began) > WarmUp)
                latencies.Add(TimeProvider.System.GetElapsedTime(sent));
        }
    }

    private static async Task<long> PriceAsync(int port, int pair)
    {
        using var http = new HttpClient();
        try
        {
            return PriceIn(await http.GetByteArrayAsync(
                new Uri($"http://127.0.0.1:{port}/api/v1/currency_pair?currency_pair={FrameSource.BaseOf(pair)}-usdt")));
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    /// <summary>The price is the number of the frame.</summary>
    private static long PriceIn(ReadOnlySpan<byte> answer)
    {
        var at = answer.IndexOf("\"value\":"u8);
        if (at < 0)
            return 0;
        var digits = answer[(at + 8)..];
        return long.Parse(digits[..digits.IndexOf((byte)',')], NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static double Resident(ChildProcess program) =>
        System.Diagnostics.Process.GetProcessById(program.Id).WorkingSet64 / 1024.0 / 1024.0;
}
