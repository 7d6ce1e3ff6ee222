using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using StockPipeline.CatalogApi;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting;
using StockPipeline.Simulator;
using StockPipeline.Simulator.Currencies;
using StockPipeline.Simulator.Partners;
using StockPipeline.Simulator.Polygon;
using StockPipeline.Storage.Postgres;
using StockPipeline.Workers;

namespace StockPipeline.AllInOne;

/// <summary>What decides which services this one process has: what is named elsewhere takes the place of our own.</summary>
internal sealed class MachineOptions
{
    [ConfigurationKeyName("DATA_FOLDER")]
    public string DataFolder { get; set; } = "data";

    [ConfigurationKeyName("KAFKA_CONNECT")]
    public string? Kafka { get; set; }

    [ConfigurationKeyName("SCHEMA_REGISTRY_URL")]
    public string? Registry { get; set; }

    [ConfigurationKeyName("TOKEN")]
    public Secret? Token { get; set; }

    [ConfigurationKeyName("INVEST_API_HOST")]
    public string? ExchangeHost { get; set; }

    [ConfigurationKeyName("DATABASE_URL")]
    public Secret? Database { get; set; }

    [ConfigurationKeyName("KAFKA_LISTEN")]
    public string KafkaAddress { get; set; } = "127.0.0.1:9092";

    [ConfigurationKeyName("SCHEMA_REGISTRY_LISTEN")]
    public IPAddress RegistryAddress { get; set; } = IPAddress.Loopback;

    [ConfigurationKeyName("SCHEMA_REGISTRY_PORT"), Range(0, 65535)]
    public int RegistryPort { get; set; } = 8081;

    [ConfigurationKeyName("SIMULATOR_PORT"), Range(0, 65535)]
    public int SimulatorPort { get; set; } = SimulatorSettings.DefaultPort;

    [ConfigurationKeyName("SIMULATOR_CONTROL_PORT"), Range(0, 65535)]
    public int SimulatorControlPort { get; set; } = SimulatorSettings.DefaultControlPort;

    [ConfigurationKeyName("TOPIC_PREFIX_MACD")]
    public string MacdPrefix { get; set; } = PipelineTopics.DefaultMacdPrefix;

    [ConfigurationKeyName("INDICATORS")]
    public string Indicators { get; set; } = PipelineTopics.DefaultIndicators;

    [ConfigurationKeyName("RATES_HOSTS")]
    public string? RatesHosts { get; set; }

    [ConfigurationKeyName("SIMULATOR_BINANCE_PORT"), Range(0, 65535)]
    public int BinancePort { get; set; } = CurrencyWorldOptions.UsualBinancePort;

    [ConfigurationKeyName("SIMULATOR_COINGECKO_PORT"), Range(0, 65535)]
    public int CoinGeckoPort { get; set; } = CurrencyWorldOptions.UsualCoinGeckoPort;

    [ConfigurationKeyName("SIMULATOR_KRAKEN_PORT"), Range(0, 65535)]
    public int KrakenPort { get; set; } = CurrencyWorldOptions.UsualKrakenPort;

    [ConfigurationKeyName("RATES_API_PORT"), Range(0, 65535)]
    public int RatesApiPort { get; set; } = 8010;

    [ConfigurationKeyName("GATEWAY_ADDRESS")]
    public IPAddress GatewayAddress { get; set; } = IPAddress.Loopback;

    [ConfigurationKeyName("GATEWAY_PORT"), Range(0, 65535)]
    public int GatewayPort { get; set; } = 8080;

    [ConfigurationKeyName("CATALOG")]
    public bool HasCatalog { get; set; } = true;

    [ConfigurationKeyName("CATALOG_DATABASE")]
    public Secret? CatalogDatabase { get; set; }

    [ConfigurationKeyName("CATALOG_PORT"), Range(0, 65535)]
    public int CatalogPort { get; set; } = CatalogOptions.DefaultPort;

    [ConfigurationKeyName("SIMULATOR_PARTNERS_PORT"), Range(0, 65535)]
    public int ShopPort { get; set; } = PartnersOptions.DefaultPort;

    [ConfigurationKeyName("SIMULATOR_PARTNERS_CONTROL_PORT"), Range(0, 65535)]
    public int ShopControlPort { get; set; } = PartnersOptions.DefaultControlPort;

    [ConfigurationKeyName("NET_VIDEO_SERVICE_URL")]
    public string? NetVideo { get; set; }

    [ConfigurationKeyName("COUNTRY_LINK_SERVICE_URL")]
    public string? CountryLink { get; set; }

    [ConfigurationKeyName("API_KEY")]
    public Secret? PolygonKey { get; set; }

    [ConfigurationKeyName("SIMULATOR_POLYGON")]
    public bool SimulatesPolygon { get; set; }

    [ConfigurationKeyName("SIMULATOR_POLYGON_PORT"), Range(0, 65535)]
    public int PolygonPort { get; set; } = PolygonWorldOptions.UsualPort;

    [ConfigurationKeyName("SIMULATOR_POLYGON_PLAN"), AllowedValues("free", "paid")]
    public string PolygonPlan { get; set; } = "paid";

    [ConfigurationKeyName("TELEGRAM_TOKEN")]
    public Secret? TelegramToken { get; set; }

    [ConfigurationKeyName("WEBSOCKETS")]
    public WebsocketEndpoints Websockets { get; set; } = WebsocketEndpoints.Usual;

    [ConfigurationKeyName("HEALTH_PORT")]
    public HealthPort HealthPort { get; set; } = new((int?)null);

    [ConfigurationKeyName("HEALTH_ADDRESS")]
    public IPAddress HealthAddress { get; set; } = IPAddress.Loopback;
}

/// <summary>What this one machine provides by itself, and where; the rest is named by the settings.</summary>
internal sealed record Machine
{
    private Machine(MachineOptions options, string folder) => (Options, DataFolder) = (options, folder);

    public MachineOptions Options { get; }

    public string DataFolder { get; }

    public bool HasKafka => Options.Kafka is not null;

    public bool HasRegistry => Options.Registry is not null;

    public bool HasExchange => Options.Token is not null || Options.ExchangeHost is not null;

    public bool HasDatabase => Options.Database is not null;

    /// <summary>The exchanges of currencies are simulated, as the market is: one clock for all, which the real ones do not follow.</summary>
    public bool PlaysCurrencies => !HasExchange && Options.RatesHosts is null;

    /// <summary>US shares come from a simulated polygon.io: where that is wished, and nobody has a key of the real one.</summary>
    public bool PlaysPolygon => Options.SimulatesPolygon && Options.PolygonKey is null && !HasExchange;

    public bool HasPolygon => PlaysPolygon || Options.PolygonKey is not null;

    /// <summary>The gateway's host as it is typed into a browser here.</summary>
    public string GatewayName => Options.GatewayAddress.Equals(IPAddress.Loopback) || Options.GatewayAddress.Equals(IPAddress.Any)
        ? "localhost" : $"{Options.GatewayAddress}";

    public string MacdPrefix => Options.MacdPrefix;

    public WebsocketEndpoints Websockets => Options.Websockets;

    /// <summary>INDICATORS says that there are none beside MACD.</summary>
    public bool HasNoIndicators => ChosenIndicators.AreNone(Options.Indicators);

    /// <summary>Where the product catalog is to run, as far as the settings go; null where they switch it off.</summary>
    public CatalogPlace? WantedCatalog => CatalogPlace.From(Options);

    /// <summary>The product catalog; null where it is switched off, or there is no database for it.</summary>
    public CatalogPlace? Catalog => WantedCatalog is null || (WantedCatalog.Database is null && Postgres is null)
        ? null
        : WantedCatalog with { Database = WantedCatalog.Database ?? PrivatePostgres.ConnectionTo(Postgres!, CatalogPlace.DatabaseName) };

    /// <summary>The folder of a private PostgreSQL; null where a database is named, or none can run here.</summary>
    public string? Postgres { get; private init; }

    /// <summary>Where the simulated market notes when it began, so that it goes on where time has taken it.</summary>
    public string AnchorFile => Path.Combine(DataFolder, "market-anchor");

    public static Machine From(MachineOptions options)
    {
        var folder = Path.GetFullPath(options.DataFolder);
        var postgres = Path.Combine(folder, "postgres");
        var isNeeded = options.Database is null || (options.HasCatalog && options.CatalogDatabase is null);
        return !isNeeded || PrivatePostgres.FindPrograms() is null || PrivatePostgres.Obstacle(postgres) is not null
            ? new Machine(options, folder)
            : new Machine(options, folder) { Postgres = postgres };
    }

    /// <summary>What every service is told about the others.</summary>
    public Dictionary<string, string> Connections()
    {
        var told = new Dictionary<string, string>(StringComparer.Ordinal) { ["KAFKA_DATA"] = Path.Combine(DataFolder, "broker") };
        if (!HasKafka)
            told["KAFKA_CONNECT"] = Options.KafkaAddress;
        if (!HasRegistry)
        {
            var address = Options.RegistryAddress;
            var isEverywhere = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
            told["SCHEMA_REGISTRY_URL"] = $"http://{new IPEndPoint(isEverywhere ? IPAddress.Loopback : address, Options.RegistryPort)}";
        }
        if (!HasExchange)
        {
            told["INVEST_API_HOST"] = $"http://127.0.0.1:{Number(Options.SimulatorPort)}";
            told["MARKET_CLOCK"] = $"http://127.0.0.1:{Number(Options.SimulatorControlPort)}/clock";
        }
        if (PlaysCurrencies)
        {
            var (binance, gecko, kraken) = (Local(Options.BinancePort), Local(Options.CoinGeckoPort), Local(Options.KrakenPort));
            told["RATES_HOSTS"] =
                $"stream.binance.com={binance},api.binance.com={binance},api.coingecko.com={gecko},ws.kraken.com={kraken}";
            told["RATES_CLOCK"] = told["MARKET_CLOCK"];
        }
        if (PlaysPolygon)
        {
            told["API_KEY"] = "simulated";
            told["POLYGON_HOST"] = Local(Options.PolygonPort);
            told["POLYGON_PLAN"] = Options.PolygonPlan;
        }
        if (Postgres is { } folder && !HasDatabase)
            told["DATABASE_URL"] = PrivatePostgres.ConnectionTo(folder);
        return told;
    }

    private static string Local(int port) => $"http://127.0.0.1:{Number(port)}";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
