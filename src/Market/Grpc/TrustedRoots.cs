using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace StockPipeline.Market.Grpc;

/// <summary>
/// Extra certificate authorities for one handler: trusted beside the system's, with the check of chain and host name as strict as ever.
/// The machine's own store is not touched.
/// </summary>
internal static class TrustedRoots
{
    /// <summary>The policy for a handler; null, the system's own behaviour, when no file is named.</summary>
    /// <exception cref="InvalidOperationException">The file is not there or holds no certificate.</exception>
    public static X509ChainPolicy? PolicyOf(string? pemFile)
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
            if (certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData))
                policy.CustomTrustStore.Add(certificate);
            else
                policy.ExtraStore.Add(certificate);
        }
        foreach (var location in new[] { StoreLocation.LocalMachine, StoreLocation.CurrentUser })
        {
            using var system = new X509Store(StoreName.Root, location);
            system.Open(OpenFlags.ReadOnly);
            policy.CustomTrustStore.AddRange(system.Certificates);
        }
        return policy;
    }
}
