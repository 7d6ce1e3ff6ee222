using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace StockPipeline.Broker.Connections;

/// <summary>Where the broker listens. Names other than <c>localhost</c> are not looked up: a listener belongs to an address.</summary>
internal sealed record ListenAddress(string Host, IReadOnlyList<IPEndPoint> EndPoints)
{
    public const string Allowed = "HOST:PORT with an IP address, localhost or * as the host; everywhere (*) only with an address to advertise";

    /// <summary>Listening everywhere says nothing about how clients get here.</summary>
    public bool IsEverywhere => EndPoints.Any(endPoint => IPAddress.Any.Equals(endPoint.Address) || IPAddress.IPv6Any.Equals(endPoint.Address));

    public static bool TryParse(string text, [MaybeNullWhen(false)] out ListenAddress address)
    {
        address = null;
        if (!TrySplit(text, out var host, out var port) || port is null)
            return false;
        IPAddress[] addresses = host switch
        {
            "localhost" => [IPAddress.Loopback, IPAddress.IPv6Loopback],
            "*" => [IPAddress.Any],
            _ => IPAddress.TryParse(host, out var one) ? [one] : [],
        };
        address = new ListenAddress(host, [.. addresses.Select(one => new IPEndPoint(one, port.Value))]);
        return addresses.Length > 0;
    }

    /// <summary>Takes HOST:PORT or HOST apart; an IPv6 address stands in brackets.</summary>
    public static bool TrySplit(string text, out string host, out int? port)
    {
        var colon = text.LastIndexOf(':');
        var hasPort = colon >= 0 && !text.EndsWith(']');
        host = (hasPort ? text[..colon] : text).Trim().Trim('[', ']');
        port = null;
        var digits = text.AsSpan(colon + 1);
        if (hasPort && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= IPEndPoint.MaxPort)
            port = number;
        return host.Length > 0 && hasPort == port is not null;
    }
}
