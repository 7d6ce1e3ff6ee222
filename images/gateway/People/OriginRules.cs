using System.Net;

namespace StockPipeline.Gateway.People;

/// <summary>
/// Which pages may speak to the gateway. A browser says from which page a request comes; pages of others must not use the visitor's cookie, nor
/// the trust that this machine has.
/// </summary>
internal sealed class OriginRules(AuthMode mode, IReadOnlyList<string> origins)
{
    /// <summary>A name that leads elsewhere may lead here tomorrow: without accounts only the machine's own names count.</summary>
    public bool IsOurHost(HttpRequest request)
    {
        if (mode == AuthMode.Password)
            return true;
        var host = request.Host.Host.Trim('[', ']');
        var isAddress = IPAddress.TryParse(host, out var address);
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (isAddress && IPAddress.IsLoopback(address!))
            || (mode == AuthMode.Trusted && isAddress) || origins.Any(origin => IsHostOf(origin, request));
    }

    /// <summary>Whether a request that changes something comes from a page of ours or from no page at all.</summary>
    public bool MayChange(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
            return site is "same-origin" or "none" || IsListed(request.Headers.Origin.ToString());
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || IsOurs(request, origin);
    }

    /// <summary>Whether a page may open a socket; programs say no origin.</summary>
    public bool MayConnect(HttpRequest request, Principal principal)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 ? principal.IsProgram || mode != AuthMode.Password : IsOurs(request, origin);
    }

    private bool IsOurs(HttpRequest request, string origin) =>
        IsListed(origin) || IsHostOf(origin, request);

    private static bool IsHostOf(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);

    private bool IsListed(string origin) => origins.Contains(origin, StringComparer.OrdinalIgnoreCase);
}
