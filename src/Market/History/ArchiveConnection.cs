using System.Net;
using StockPipeline.Market.Api;
using StockPipeline.Market.Grpc;

namespace StockPipeline.Market.History;

/// <summary>Plain HTTP requests of the API's host. Redirects are followed here, because the token may go to the same host only.</summary>
internal sealed class ArchiveConnection(InvestApiOptions options, int maxRedirects) : IDisposable
{
    private readonly GrpcChannelOptions channel = options.Channel();
    private readonly HttpMessageInvoker http = new(InvestHandler.Create(options.Channel()));

    /// <summary>The reply to a GET, with its body still to be read.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path, CancellationToken stop)
    {
        var home = HomeOf(options, channel);
        var target = new Uri(home, path);
        for (var redirects = 0; ; redirects++)
        {
            using var request = RequestOf(target, SameHost(target, home));
            var response = await http.SendAsync(request, stop);
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect) || response.Headers.Location is not { } location)
                return response;
            response.Dispose();
            var next = new Uri(target, location);
            if (redirects == maxRedirects)
                throw new InvalidDataException($"More than {maxRedirects} redirects from {home.Host}.");
            if (next.Scheme is not ("http" or "https") || (target.Scheme == "https" && next.Scheme != "https"))
                throw new InvalidDataException($"{target.Host} redirects from a secure connection to '{next.Scheme}', which is not followed.");
            target = next;
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>The sandbox has no archive; the broker's own does.</summary>
    private static Uri HomeOf(InvestApiOptions options, GrpcChannelOptions channel) =>
        options.Sandbox && string.IsNullOrWhiteSpace(options.Host) ? new Uri($"https://{InvestApiOptions.ProductionHost}") : channel.Address;

    private static bool SameHost(Uri target, Uri home) =>
        target.Scheme == home.Scheme && target.Port == home.Port && string.Equals(target.Host, home.Host, StringComparison.OrdinalIgnoreCase);

    private HttpRequestMessage RequestOf(Uri target, bool withToken)
    {
        // A server in the clear speaks HTTP/2 on the port it has for gRPC, and nothing can be negotiated there.
        var plain = target.Scheme == "http";
        var request = new HttpRequestMessage(HttpMethod.Get, target)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = plain ? HttpVersionPolicy.RequestVersionExact : HttpVersionPolicy.RequestVersionOrLower,
        };
        if (withToken)
            InvestHandler.Identify(request.Headers, channel);
        return request;
    }
}
