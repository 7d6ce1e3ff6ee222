using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace StockPipeline.Testing.Kafka;

/// <summary>What an Apache Kafka needs to listen with TLS and passwords as well, and what its clients need to get in.</summary>
public sealed class SecuredListener : IDisposable
{
    public const string Username = "reader";

    private static readonly TimeSpan Validity = TimeSpan.FromDays(1);

    private readonly TempFolder folder = new();

    public SecuredListener()
    {
        CaFile = folder.File("ca.pem");
        KeyStore = folder.File("server.pem");
        OtherCaFile = folder.File("other-ca.pem");
        using var authority = Authority("test authority");
        using var other = Authority("another authority");
        File.WriteAllText(CaFile, authority.ExportCertificatePem());
        File.WriteAllText(OtherCaFile, other.ExportCertificatePem());
        File.WriteAllText(KeyStore, KeyAndCertificate(authority));
    }

    /// <summary>Where clients get in, once the broker has been started with it.</summary>
    public string BootstrapServers { get; private set; } = string.Empty;

    public string Password { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The authority that vouches for the broker.</summary>
    public string CaFile { get; }

    /// <summary>One that does not.</summary>
    public string OtherCaFile { get; }

    private string KeyStore { get; }

    /// <summary>Makes the user known to a cluster while its storage is formatted.</summary>
    internal IReadOnlyList<string> FormatArguments => [.. new[] { "SCRAM-SHA-256", "SCRAM-SHA-512" }.SelectMany(mechanism =>
        new[] { "--add-scram", $"{mechanism}=[name={Username},password={Password}]" })];

    internal string Settings() => $"""
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL
        sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
        listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_{Username}="{Password}";
        listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
        listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
        ssl.keystore.type=PEM
        ssl.keystore.location={KeyStore}
        """;

    internal string Listener(int port)
    {
        BootstrapServers = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        return $",SASL_SSL://{BootstrapServers}";
    }

    public void Dispose() => folder.Dispose();

    private static X509Certificate2 Authority(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now - Validity, now + Validity);
    }

    private static string KeyAndCertificate(X509Certificate2 authority)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=broker", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, authority.NotBefore, authority.NotAfter, [1]);
        return $"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n{authority.ExportCertificatePem()}\n";
    }
}
