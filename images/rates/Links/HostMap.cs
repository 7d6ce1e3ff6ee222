namespace StockPipeline.RatesService.Links;

/// <summary>
/// Other hosts in the place of those that rows name: a mirror where the usual one is barred, or a simulator. Rows stay as users know them.
/// </summary>
internal sealed class HostMap
{
    public const string Allowed = "host=url pairs separated by commas, such as stream.binance.com:9443=wss://data-stream.binance.vision";

    public static readonly HostMap Empty = new([]);

    private readonly Dictionary<string, Uri> byHost;

    private HostMap(Dictionary<string, Uri> byHost) => this.byHost = byHost;

    /// <returns>Null where the text is not understood.</returns>
    public static HostMap? Read(string text)
    {
        var hosts = new Dictionary<string, Uri>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=', 2) is not [{ Length: > 0 } host, var target] || !Uri.TryCreate(target, UriKind.Absolute, out var url)
                || url.Scheme is not ("http" or "https" or "ws" or "wss"))
            {
                return null;
            }
            hosts[host.Trim()] = url;
        }
        return new HostMap(hosts);
    }

    public static bool TryParse(string text, out HostMap hosts)
    {
        var read = Read(text);
        hosts = read ?? Empty;
        return read is not null;
    }

    public override string ToString() => string.Join(',', byHost.Select(host => $"{host.Key}={host.Value}"));

    /// <summary>The same address at the host that is really asked.</summary>
    public Uri Map(Uri address)
    {
        if (!byHost.TryGetValue(address.Authority, out var target) && !byHost.TryGetValue(address.Host, out target))
            return address;
        var isSocket = address.Scheme is "ws" or "wss";
        var isSecure = target.Scheme is "https" or "wss";
        var scheme = (isSocket, isSecure) switch { (true, true) => "wss", (true, false) => "ws", (false, true) => "https", _ => "http" };
        return new UriBuilder(address) { Scheme = scheme, Host = target.Host, Port = target.Port }.Uri;
    }
}
