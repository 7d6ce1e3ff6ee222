using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace StockPipeline.Hosting.Options;

/// <summary>Endpoints as settings write them.</summary>
internal static class EndpointText
{
    public const string Allowed = "host:port";
    public const int LongestList = 100;

    public static readonly string AllowedList = $"host:port, or several (at most {LongestList}) separated by commas";

    public static bool TryParse(string text, [MaybeNullWhen(false)] out DnsEndPoint value)
    {
        value = null;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        var host = text[..colon].Trim();
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
            if (!IPAddress.TryParse(host, out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
                return false;
        }
        else if (Uri.CheckHostName(host) is UriHostNameType.Unknown or UriHostNameType.IPv6)
        {
            return false;
        }
        if (port is < 1 or > IPEndPoint.MaxPort)
            return false;
        value = new DnsEndPoint(host, port);
        return true;
    }

    public static bool TryParseList(string text, [MaybeNullWhen(false)] out IReadOnlyList<DnsEndPoint> value)
    {
        value = null;
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is 0 or > LongestList)
            return false;
        var endpoints = new List<DnsEndPoint>(parts.Length);
        foreach (var part in parts)
        {
            if (!TryParse(part, out var endpoint))
                return false;
            endpoints.Add(endpoint);
        }
        value = endpoints;
        return true;
    }

    public static string Show(DnsEndPoint value) => value.Host.Contains(':') ? $"[{value.Host}]:{value.Port}" : $"{value.Host}:{value.Port}";

    public static string ShowList(IReadOnlyList<DnsEndPoint> values) => string.Join(',', values.Select(Show));
}
