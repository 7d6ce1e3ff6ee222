using System.Globalization;
using System.Net;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting;
using StockPipeline.Simulator;
using StockPipeline.Simulator.Currencies;
using StockPipeline.Simulator.Market;
using StockPipeline.Storage.Postgres;
using StockPipeline.Workers;

namespace StockPipeline.AllInOne;

/// <summary>What this one machine provides by itself, and where; the rest is named by the settings.</summary>
internal sealed record Machine
{
    private const int MaxWebsockets = 50;
    private const int UsualGatewayPort = 8080;
    private const string UsualWebsockets = "SBER:1-min:8001,YDEX:1-min:8002";

    public required string DataFolder { get; init; }

    public required bool HasKafka { get; init; }

    public required bool HasRegistry { get; init; }

    public required bool HasExchange { get; init; }

    public required bool HasDatabase { get; init; }

    public required string KafkaAddress { get; init; }

    /// <summary>Where our own registry listens; something else than an address is refused by the registry.</summary>
    public required IPAddress RegistryAddress { get; init; }

    public required int RegistryPort { get; init; }

    public required int SimulatorPort { get; init; }

    public required int SimulatorControlPort { get; init; }

    /// <summary>The exchanges of currencies are simulated, as the market of shares is.</summary>
    public required bool PlaysCurrencies { get; init; }

    public required int BinancePort { get; init; }

    public required int CoinGeckoPort { get; init; }

    public required int KrakenPort { get; init; }

    public required int RatesApiPort { get; init; }

    public required IPAddress GatewayAddress { get; init; }

    public required int GatewayPort { get; init; }

    /// <summary>The gateway's host as it is typed into a browser here.</summary>
    public string GatewayName =>
        GatewayAddress.Equals(IPAddress.Loopback) || GatewayAddress.Equals(IPAddress.Any) ? "localhost" : $"{GatewayAddress}";

    public required string MacdPrefix { get; init; }

    public required IReadOnlyList<WebsocketPlace> Websockets { get; init; }

    /// <summary>INDICATORS says that there are none beside MACD.</summary>
    public bool HasNoIndicators { get; private init; }

    /// <summary>Where the product catalog is to run, as far as the settings go; null where they switch it off.</summary>
    public required CatalogPlace? WantedCatalog { get; init; }

    /// <summary>The product catalog; null where it is switched off, or there is no database for it.</summary>
    public CatalogPlace? Catalog => WantedCatalog is null || (WantedCatalog.Database is null && Postgres is null)
        ? null
        : WantedCatalog with { Database = WantedCatalog.Database ?? PrivatePostgres.ConnectionTo(Postgres!, CatalogPlace.DatabaseName) };

    /// <summary>The folder of a private PostgreSQL; null where a database is named, or none can run here.</summary>
    public string? Postgres { get; private init; }

    public static Machine From(Settings settings)
    {
        var folder = Path.GetFullPath(settings.Text("DATA_FOLDER", "data"));
        var machine = new Machine
        {
            DataFolder = folder,
            HasKafka = settings.IsSet("KAFKA_CONNECT"),
            HasRegistry = settings.IsSet("SCHEMA_REGISTRY_URL"),
            HasExchange = settings.IsSet("TOKEN") || settings.IsSet("INVEST_API_HOST"),
            HasDatabase = settings.IsSet("DATABASE_URL"),
            KafkaAddress = settings.Text("KAFKA_LISTEN", "127.0.0.1:9092"),
            RegistryAddress = IPAddress.TryParse(settings.Text("SCHEMA_REGISTRY_LISTEN", "127.0.0.1"), out var listen) ? listen : IPAddress.Loopback,
            RegistryPort = settings.Port("SCHEMA_REGISTRY_PORT", 8081),
            SimulatorPort = settings.Port("SIMULATOR_PORT", SimulatorSettings.DefaultPort),
            SimulatorControlPort = settings.Port("SIMULATOR_CONTROL_PORT", SimulatorSettings.DefaultControlPort),
            // One clock for all: the real exchanges do not follow a simulated market's.
            PlaysCurrencies = !settings.IsSet("TOKEN") && !settings.IsSet("INVEST_API_HOST") && !settings.IsSet("RATES_HOSTS"),
            BinancePort = settings.Port("SIMULATOR_BINANCE_PORT", CurrencyWorldOptions.UsualBinancePort),
            CoinGeckoPort = settings.Port("SIMULATOR_COINGECKO_PORT", CurrencyWorldOptions.UsualCoinGeckoPort),
            KrakenPort = settings.Port("SIMULATOR_KRAKEN_PORT", CurrencyWorldOptions.UsualKrakenPort),
            RatesApiPort = settings.Port("RATES_API_PORT", 8010),
            GatewayAddress = settings.Value("GATEWAY_ADDRESS", IPAddress.Loopback, "an IP address to listen on", IPAddress.TryParse),
            GatewayPort = settings.Port("GATEWAY_PORT", UsualGatewayPort),
            MacdPrefix = settings.Text("TOPIC_PREFIX_MACD", PipelineTopics.DefaultMacdPrefix),
            HasNoIndicators = ChosenIndicators.AreNone(settings.Text("INDICATORS", PipelineTopics.DefaultIndicators)),
            Websockets = settings.Value<IReadOnlyList<WebsocketPlace>>("WEBSOCKETS", WebsocketPlace.Read(UsualWebsockets)!,
                $"up to {MaxWebsockets} of TICKER:INTERVAL:PORT, separated by commas", TryWebsockets, WebsocketPlace.Show),
            WantedCatalog = CatalogPlace.From(settings),
        };
        var postgres = Path.Combine(folder, "postgres");
        var isNeeded = !machine.HasDatabase || machine.WantedCatalog is { Database: null };
        return !isNeeded || PrivatePostgres.FindPrograms() is null || PrivatePostgres.Obstacle(postgres) is not null
            ? machine
            : machine with { Postgres = postgres };
    }

    private string AnchorFile => Path.Combine(DataFolder, "market-anchor");

    /// <summary>What every service is told about the others.</summary>
    public Dictionary<string, string> Connections()
    {
        var told = new Dictionary<string, string>(StringComparer.Ordinal) { ["KAFKA_DATA"] = Path.Combine(DataFolder, "broker") };
        if (!HasKafka)
            told["KAFKA_CONNECT"] = KafkaAddress;
        if (!HasRegistry)
        {
            var isEverywhere = RegistryAddress.Equals(IPAddress.Any) || RegistryAddress.Equals(IPAddress.IPv6Any);
            told["SCHEMA_REGISTRY_URL"] = $"http://{new IPEndPoint(isEverywhere ? IPAddress.Loopback : RegistryAddress, RegistryPort)}";
        }
        if (!HasExchange)
        {
            told["INVEST_API_HOST"] = $"http://127.0.0.1:{Number(SimulatorPort)}";
            told["MARKET_CLOCK"] = $"http://127.0.0.1:{Number(SimulatorControlPort)}/clock";
        }
        if (PlaysCurrencies)
        {
            var (binance, gecko, kraken) = (Local(BinancePort), Local(CoinGeckoPort), Local(KrakenPort));
            told["RATES_HOSTS"] =
                $"stream.binance.com={binance},api.binance.com={binance},api.coingecko.com={gecko},ws.kraken.com={kraken}";
            told["RATES_CLOCK"] = told["MARKET_CLOCK"];
        }
        if (Postgres is { } folder && !HasDatabase)
            told["DATABASE_URL"] = PrivatePostgres.ConnectionTo(folder);
        return told;
    }

    /// <summary>A simulator whose market goes on where time has taken it since the data folder was made.</summary>
    public IService CreateSimulator(ServiceContext context)
    {
        var options = SimulatorSettings.Read(context.Settings, context.LoggerFactory, context.Clock);
        return new SimulatorService(options with { Start = options.Start ?? MarketAnchor.Now(AnchorFile, options.Speed, context.Clock) }, context);
    }

    private static bool TryWebsockets(string text, out IReadOnlyList<WebsocketPlace> places)
    {
        places = WebsocketPlace.Read(text) ?? [];
        return places.Count is > 0 and <= MaxWebsockets;
    }

    private static string Local(int port) => $"http://127.0.0.1:{Number(port)}";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
