using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace StockPipeline.Market.Api;

/// <summary>
/// Carries the requests of a channel over HTTP/2: gives each its token, keeps the connection under watch, trusts the roots that are named, and
/// tells an answer that is no gRPC from one that is.
/// </summary>
internal sealed class InvestHandler(InvestApiOptions options) : DelegatingHandler(Transport(options))
{
    private const string GrpcContentType = "application/grpc";

    /// <exception cref="NotGrpcException">Something in between has answered: a proxy, a guard, another kind of server.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (options.AccessToken is { } token)
            request.Headers.TryAddWithoutValidation("authorization", $"Bearer {token.Reveal()}");
        if (options.AppName.Length > 0)
            request.Headers.TryAddWithoutValidation(InvestHeaders.AppName, options.AppName);
        var response = await base.SendAsync(request, cancellationToken);
        if (IsGrpc(response))
            return response;
        using (response)
            throw new NotGrpcException(response.StatusCode, response.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>Makes the policy for certificates; null, the system's own behaviour, when no file is named.</summary>
    /// <exception cref="InvalidOperationException">The file is not there or holds no certificate.</exception>
    internal static X509ChainPolicy? TrustedRoots(string? pemFile)
    {
        if (string.IsNullOrEmpty(pemFile))
            return null;
        var extra = new X509Certificate2Collection();
        try
        {
            extra.ImportFromPemFile(pemFile);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InvalidOperationException($"The extra root certificates '{pemFile}' cannot be read: {unreadable.Message}", unreadable);
        }
        if (extra.Count == 0)
            throw new InvalidOperationException($"The file of extra root certificates '{pemFile}' holds no certificate in PEM form.");
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // The authority's revocation lists are served where the API's users often cannot reach them.
            RevocationMode = X509RevocationMode.NoCheck,
        };
        foreach (var certificate in extra)
        {
            var isRoot = certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
            (isRoot ? policy.CustomTrustStore : policy.ExtraStore).Add(certificate);
        }
        // With roots of its own a policy forgets the system's, and the machine's store is not ours to change.
        foreach (var location in new[] { StoreLocation.LocalMachine, StoreLocation.CurrentUser })
        {
            using var system = new X509Store(StoreName.Root, location);
            system.Open(OpenFlags.ReadOnly);
            policy.CustomTrustStore.AddRange(system.Certificates);
        }
        return policy;
    }

    private static bool IsGrpc(HttpResponseMessage response) =>
        // A proxy that refuses a call may still say so in gRPC's own words.
        response.Headers.NonValidated.Contains("grpc-status")
        || (response.StatusCode == HttpStatusCode.OK
            && response.Content.Headers.ContentType?.MediaType?.StartsWith(GrpcContentType, StringComparison.OrdinalIgnoreCase) == true);

    private static SocketsHttpHandler Transport(InvestApiOptions options) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        // A peer that has gone without a word is noticed within a minute; without these, never.
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        // A name that moves to another address is followed; calls that are open stay where they are.
        PooledConnectionLifetime = TimeSpan.FromMinutes(15),
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = TrustedRoots(options.ExtraRootCertificates) },
    };
}

/// <summary>Tells that what answered a call does not speak gRPC.</summary>
internal sealed class NotGrpcException(HttpStatusCode status, string? contentType)
    : HttpRequestException($"HTTP status {(int)status} with '{contentType}' and no gRPC", null, status);
