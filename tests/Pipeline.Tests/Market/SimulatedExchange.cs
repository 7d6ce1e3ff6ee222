using System.Globalization;
using StockPipeline.Simulator;
using StockPipeline.Simulator.Market;
using StockPipeline.Testing;

namespace StockPipeline.PipelineTests.Market;

/// <summary>
/// The exchange of a test: a simulator inside the test process, so that the truth is at hand and outlives every kill, and the files that name
/// the shares. Its last day ends before a holiday: then nothing moves for more than a day of market time, and everything has to agree.
/// </summary>
internal sealed class SimulatedExchange : IAsyncDisposable
{
    /// <summary>The 12th is a holiday: from 20:50 on the 11th nothing is traded for 31 hours.</summary>
    public static readonly DateTimeOffset HolidayBegins = new(2025, 6, 12, 0, 0, 0, TimeSpan.Zero);

    private readonly TempFolder folder = new();

    private SimulatedExchange(MarketSimulator simulator, IReadOnlyList<Listing> shares)
    {
        Simulator = simulator;
        Shares = shares;
        File.WriteAllLines(NeedFile, shares.Select(share => share.Ticker));
        File.WriteAllText(NotNeedFile, "# none\n");
    }

    public MarketSimulator Simulator { get; }

    /// <summary>The shares that the ticker file names.</summary>
    public IReadOnlyList<Listing> Shares { get; }

    public string Folder => folder.Path;

    public DateTimeOffset Now => Simulator.Clock.GetUtcNow();

    private string NeedFile => folder.File("need_tickers.txt");

    private string NotNeedFile => folder.File("not_need_tickers.txt");

    public static async Task<SimulatedExchange> OpenAsync(SimulatorOptions options, params string[] tickers)
    {
        var simulator = await MarketSimulator.StartAsync(options);
        return new SimulatedExchange(simulator, [.. tickers.Select(simulator.Market.Share)]);
    }

    /// <summary>What a service is told to find this exchange and nothing else.</summary>
    public Dictionary<string, string> Environment() => new()
    {
        ["TOKEN"] = string.Empty,
        ["INVEST_API_HOST"] = Simulator.Endpoint.ToString(),
        ["MARKET_CLOCK"] = new Uri(Simulator.ControlEndpoint, "/clock").ToString(),
        ["NEED_TICKERS_FILE"] = NeedFile,
        ["NOT_NEED_TICKERS_FILE"] = NotNeedFile,
        ["HEALTH_PORT"] = "off",
    };

    /// <summary>Waits, in real time, until the market's clock shows the instant.</summary>
    public async Task ReachAsync(DateTimeOffset instant)
    {
        if (Now < instant)
            await Task.Delay((instant - Now) / Simulator.Clock.Speed, TimeProvider.System);
        await Eventually.TrueAsync(() => Now >= instant);
    }

    public override string ToString() => Now.ToString("O", CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await Simulator.DisposeAsync();
        folder.Dispose();
    }
}
