using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Npgsql;
using StockPipeline.Bench.Measure;
using StockPipeline.Market.Clock;
using StockPipeline.Rates.Board;
using StockPipeline.Simulator.Currencies;
using StockPipeline.Storage.Postgres;
using StockPipeline.Testing;

namespace StockPipeline.Bench.Rates;

/// <summary>
/// A week of rates at a thousand times the speed, while the exchanges fail in every way they can and the collector is killed once a day. Somebody
/// asks all the while; each answer is held against what the exchanges know: no price that was never true, none called fresh that is not, no request
/// without an answer.
/// </summary>
internal sealed class RatesWeekSuite : ISuite
{
    private const double Speed = 1_000;

    private const int Seed = 20261201;

    /// <summary>Of the answers made of several prices so many are worked out again; of the others all are.</summary>
    private const int DerivedEvery = 40;

    private static readonly string[] Pairs =
    [
        "bitcoin-usdt", "ethereum-usdt", "tron-usdt", "solana-usdt", "tether-usd", "bitcoin-usd", "ethereum-usd", "tron-usd", "bitcoin-rub",
        "ethereum-btc", "usd-bitcoin",
    ];

    private static readonly (string Url, string Pairs, string Task, string Source)[] Rows =
    [
        ("wss://stream.binance.com:9443/ws/btcusdt@trade", "bitcoin-usd", "binance-stream", "binance"),
        ("wss://stream.binance.com:9443/ws/ethusdt@trade/trxusdt@miniTicker", "ethereum,tron-usd", "binance-stream", "binance"),
        ("https://api.binance.com/api/v3/ticker/24hr?symbols=[\"BTCUSDT\",\"SOLUSDT\"]", "bitcoin,solana-usd", "binance-rest", "binance-rest"),
        ("https://api.coingecko.com/api/v3/simple/price", "bitcoin,ethereum,tether,tron-rub,usd", "coingecko-simple-price", "coingecko"),
    ];

    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>At the end nothing fails any more, and everything has to come back.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromHours(8);

    /// <summary>Between two rounds of questions, in real time.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(3);

    private readonly Random random = new(Seed);
    private readonly Dictionary<string, DateTimeOffset> lastFresh = [];
    private readonly List<string> examples = [];
    private long fresh;
    private long stale;
    private long dead;
    private long derived;
    private int wronglyFresh;
    private int neverTrue;
    private int failed;
    private int faults;
    private int kills;

    public string Name => "rates-week";

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
        await FillAsync(database.ConnectionString);
        var clock = new SimulatedClock(TimeProvider.System.GetUtcNow(), Speed, TimeProvider.System);
        await using var worlds = await CurrencyWorlds.StartAsync(new CurrencyWorldOptions { Seed = Seed }, clock, default);
        var port = FreePorts.Take(1)[0];
        await using var cluster = await Cluster.StartAsync(
            folder, ("RATES_API_PORT", $"{port}"), ("DATABASE_URL", database.ConnectionString), ("RATES_HOSTS", worlds.Hosts),
            ("RATES_CLOCK", new Uri(worlds.Binance.Endpoint, "/control/clock").ToString()));
        var (rates, api) = (cluster.Start("RatesService"), cluster.Start("RatesApi"));
        using var client = await Eventually.SeeAsync(() => TryConnect(port), connected => connected is not null);
        var truth = new RateTruth(worlds);
        while (lastFresh.Count < Pairs.Length)
            await RoundAsync(client!, truth, clock);

        var end = clock.GetUtcNow() + Week;
        var failing = FailAsync(worlds, clock, end - Calm);
        var killing = KillAsync(cluster, rates, clock, end - Calm);
        while (clock.GetUtcNow() < end)
            await RoundAsync(client!, truth, clock);
        await failing;
        (await killing).ThrowIfEnded("the collector");
        api.ThrowIfEnded("the API");

        report.Add("prices called fresh", fresh, "", Bar.AtLeast(100_000));
        report.Add("of these, not fresh by what the exchanges know", wronglyFresh, "", Bar.AtMost(0));
        report.Add("prices called stale", stale, "");
        report.Add("prices that were never true", neverTrue, "", Bar.AtMost(0));
        report.Add("answers that there is no price, and since when", dead, "");
        report.Add("requests that failed", failed, "", Bar.AtMost(0));
        report.Add("faults of exchanges", faults, "", Bar.AtLeast(50));
        report.Add("kills of the collector", kills, "", Bar.AtLeast(5));
        report.Add("pairs that were not fresh again at the end", lastFresh.Values.Count(at => at < end - (Calm / 4)), "", Bar.AtMost(0));
        examples.ForEach(report.Say);
    }

    private static async Task FillAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var create = source.CreateCommand(
            "create table trade_info (id serial primary key, url text not null, currency_pair text not null, task_type text not null, "
            + "wrapper_type text not null)");
        await create.ExecuteNonQueryAsync();
        foreach (var row in Rows)
        {
            await using var insert = source.CreateCommand(
                "insert into trade_info (url, currency_pair, task_type, wrapper_type) values ($1, $2, $3, $4)");
            foreach (var value in (string[])[row.Url, row.Pairs, row.Task, row.Source])
                insert.Parameters.AddWithValue(value);
            await insert.ExecuteNonQueryAsync();
        }
    }

    private static TcpClient? TryConnect(int port)
    {
        try
        {
            return new TcpClient("127.0.0.1", port) { NoDelay = true };
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>One fault after the other, at an exchange and of a kind and length that chance has chosen.</summary>
    private async Task FailAsync(CurrencyWorlds worlds, TimeProvider clock, DateTimeOffset end)
    {
        var kinds = Enum.GetValues<WorldFaultKind>();
        CurrencyWorld[] exchanges = [worlds.Binance, worlds.Binance, worlds.CoinGecko];
        while (clock.GetUtcNow() < end)
        {
            // Every kind comes in turn, so that none is left out.
            var (world, kind) = (exchanges[faults % exchanges.Length], kinds[faults / exchanges.Length % kinds.Length]);
            world.Faults.Set(new WorldFault
            {
                Kind = kind, Symbol = kind is WorldFaultKind.Silence or WorldFaultKind.Delisted && random.Next(2) == 0 ? Symbol(world, worlds) : null,
                RetryAfter = random.Next(2) == 0 ? 120 : null, Delay = 30 + random.Next(600),
            });
            faults++;
            await Task.Delay(TimeSpan.FromMinutes(3 + random.Next(45)), clock);
            world.Faults.Set();
            await Task.Delay(TimeSpan.FromMinutes(5 + random.Next(60)), clock);
        }
    }

    private static string Symbol(CurrencyWorld world, CurrencyWorlds worlds) => world == worlds.CoinGecko ? "bitcoin" : "BTCUSDT";

    private async Task<ChildProcess> KillAsync(Cluster cluster, ChildProcess rates, TimeProvider clock, DateTimeOffset end)
    {
        while (clock.GetUtcNow() + TimeSpan.FromDays(1) < end)
        {
            await Task.Delay(TimeSpan.FromDays(1), clock);
            rates.ThrowIfEnded("the collector");
            rates = await cluster.KillAndStartAsync(rates, "RatesService");
            kills++;
        }
        return rates;
    }

    private async Task RoundAsync(TcpClient client, RateTruth truth, TimeProvider clock)
    {
        foreach (var pair in Pairs)
        {
            var asked = clock.GetUtcNow();
            var (status, body) = await AskAsync(client, pair);
            Judge(pair, status, body, truth, asked, clock.GetUtcNow());
        }
        await Task.Delay(Pause, TimeProvider.System);
    }

    private void Judge(string pair, int status, string body, RateTruth truth, DateTimeOffset asked, DateTimeOffset answered)
    {
        // A pair that no row names is unknown until there are prices to make it of.
        if (status == 400 && !lastFresh.ContainsKey(pair))
            return;
        if (status is not (200 or 503))
        {
            Note(ref failed, pair, $"answered with {status}", body);
            return;
        }
        using var json = JsonDocument.Parse(body);
        if (status == 503)
        {
            var since = json.RootElement.GetProperty("since").GetDateTimeOffset();
            var isTooEarly = json.RootElement.TryGetProperty("age_ms", out _) && answered - since < Course.DeadAfter - RateTruth.ClockError;
            dead++;
            if (isTooEarly)
                Note(ref failed, pair, "has a price that is young enough, and none was given", body);
            return;
        }
        foreach (var course in json.RootElement.GetProperty("courses").EnumerateArray())
            Judge(pair, course, truth, asked, answered);
    }

    private void Judge(string pair, JsonElement course, RateTruth truth, DateTimeOffset asked, DateTimeOffset answered)
    {
        if (course.GetProperty("stale").GetBoolean())
        {
            stale++;
        }
        else
        {
            fresh++;
            lastFresh[pair] = answered;
            if (RateTruth.WhyNotFresh(course, asked, answered) is { } why)
                Note(ref wronglyFresh, pair, why, course.GetRawText());
        }
        var isWhole = course.GetProperty("path").GetArrayLength() == 1 && course.GetProperty("path")[0].GetString() == pair;
        if ((isWhole || derived++ % DerivedEvery == 0) && truth.WhyNotTrue(course, answered) is { } wrong)
            Note(ref neverTrue, pair, wrong, course.GetRawText());
    }

    private void Note(ref int count, string pair, string why, string said)
    {
        if (++count <= 3)
            examples.Add(string.Create(CultureInfo.InvariantCulture, $"{pair}: {why}; it said {said}"));
    }

    private static async Task<(int Status, string Body)> AskAsync(TcpClient client, string pair)
    {
        var (stream, buffer, length) = (client.GetStream(), new byte[16 * 1024], 0);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /api/v1/currency_pair/?currency_pair={pair} HTTP/1.1\r\nHost: x\r\n\r\n"));
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length));
            if (read == 0)
                throw new InvalidOperationException($"The API has closed the connection at a question for {pair}.");
            length += read;
            var text = Encoding.ASCII.GetString(buffer, 0, length);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
                continue;
            const string Announced = "Content-Length: ";
            var at = text.IndexOf(Announced, StringComparison.OrdinalIgnoreCase) + Announced.Length;
            var size = int.Parse(text.AsSpan(at, text.IndexOf('\r', at) - at), CultureInfo.InvariantCulture);
            if (text.Length >= end + 4 + size)
                return (int.Parse(text.AsSpan(9, 3), CultureInfo.InvariantCulture), text[(end + 4)..]);
        }
    }
}
