using System.ComponentModel.DataAnnotations;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Options;
using StockPipeline.Polygon;

namespace StockPipeline.PolygonCollector;

/// <summary>What the collector of US shares is told.</summary>
internal sealed class CollectorOptions
{
    /// <summary>The original's twenty.</summary>
    private const string Usual = "AAPL,MSFT,GOOGL,AMZN,NVDA,META,TSLA,ADBE,PYPL,INTC,CSCO,NFLX,QCOM,AVGO,NOW,CRM,PANW,ZM,UBER,DOCU";

    [ConfigurationKeyName("API_KEY"), Required]
    public Secret? ApiKey { get; set; }

    [ConfigurationKeyName("POLYGON_PLAN"), AllowedValues("free", "paid")]
    public string Plan { get; set; } = "free";

    [ConfigurationKeyName("POLYGON_HOST"), UrlSchemes("https", "http")]
    public Uri Host { get; set; } = new("https://api.polygon.io");

    [ConfigurationKeyName("NASDAQ_STOCKS")]
    public string Stocks { get; set; } = Usual;

    [ConfigurationKeyName("CALENDAR_DAYS"), Range(1, 4_000)]
    public int CalendarDays { get; set; } = 400;

    [ConfigurationKeyName("MARKET_CLOCK"), UrlSchemes("http", "https")]
    public Uri? MarketClock { get; set; }

    [ConfigurationKeyName("DATABASE_URL")]
    public Secret? Database { get; set; }

    public bool IsFree => Plan == "free";

    public IReadOnlyList<string> Tickers =>
        [.. Stocks.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];

    /// <summary>The websocket is on a host of its own, but for simulators: they have one port.</summary>
    public PolygonOptions Connection => new()
    {
        ApiKey = ApiKey!,
        Plan = IsFree ? PolygonPlan.Free : PolygonPlan.Paid,
        Rest = Host,
        Socket = new UriBuilder(Host)
        {
            Scheme = Host.Scheme == "https" ? "wss" : "ws",
            Host = Host.Host.StartsWith("api.", StringComparison.Ordinal) ? $"socket.{Host.Host[4..]}" : Host.Host,
            Path = "/stocks",
        }.Uri,
    };
}
