using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using StockPipeline.Contracts.Time;

namespace StockPipeline.AllInOne;

/// <summary>The websockets of a process, as WEBSOCKETS names them.</summary>
internal sealed record WebsocketEndpoints(IReadOnlyList<WebsocketEndpoint> All)
{
    public const string Allowed = "up to 50 of TICKER:INTERVAL:PORT, separated by commas";

    private const int MaxWebsockets = 50;

    public static readonly WebsocketEndpoints Usual = new(WebsocketEndpoint.Read("SBER:1-min:8001,YDEX:1-min:8002")!);

    public static bool TryParse(string text, [NotNullWhen(true)] out WebsocketEndpoints? endpoints)
    {
        endpoints = WebsocketEndpoint.Read(text) is { Count: > 0 and <= MaxWebsockets } read ? new WebsocketEndpoints(read) : null;
        return endpoints is not null;
    }

    public override string ToString() => string.Join(',', All);
}

/// <summary>One instrument's values of one interval on one port: <c>SBER:1-min:8001</c>.</summary>
internal sealed record WebsocketEndpoint(string Ticker, Interval Interval, int Port)
{
    public string PortText => Port.ToString(CultureInfo.InvariantCulture);

    /// <returns>Null when the text is not understood.</returns>
    public static IReadOnlyList<WebsocketEndpoint>? Read(string text)
    {
        var places = new List<WebsocketEndpoint>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split(':') is not [{ Length: > 0 } ticker, var intervalText, var portText]
                || !Interval.TryParse(intervalText, out var interval)
                || !int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > IPEndPoint.MaxPort)
            {
                return null;
            }
            places.Add(new WebsocketEndpoint(ticker.ToUpperInvariant(), interval, port));
        }
        return places;
    }

    public override string ToString() => $"{Ticker}:{Interval}:{PortText}";
}
