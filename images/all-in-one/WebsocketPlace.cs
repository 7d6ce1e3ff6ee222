using System.Globalization;
using System.Net;
using StockPipeline.Contracts.Time;

namespace StockPipeline.AllInOne;

/// <summary>One instrument's values of one interval on one port: <c>SBER:1-min:8001</c>.</summary>
internal sealed record WebsocketPlace(string Ticker, Interval Interval, int Port)
{
    public string PortText => Port.ToString(CultureInfo.InvariantCulture);

    /// <returns>Null when the text is not understood.</returns>
    public static IReadOnlyList<WebsocketPlace>? Read(string text)
    {
        var places = new List<WebsocketPlace>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split(':') is not [{ Length: > 0 } ticker, var intervalText, var portText]
                || !Interval.TryParse(intervalText, out var interval)
                || !int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > IPEndPoint.MaxPort)
            {
                return null;
            }
            places.Add(new WebsocketPlace(ticker.ToUpperInvariant(), interval, port));
        }
        return places;
    }

    public static string Show(IReadOnlyList<WebsocketPlace> places) => string.Join(',', places);

    public override string ToString() => $"{Ticker}:{Interval}:{PortText}";
}
