using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StockPipeline.Contracts.Connections;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Api;
using StockPipeline.Market.Errors;
using StockPipeline.MarketTests.Server;
using StockPipeline.Testing;

namespace StockPipeline.MarketTests.Api;

public sealed class TrustTests : IDisposable
{
    private static readonly DateTimeOffset From = TimeProvider.System.GetUtcNow().AddDays(-1);

    private readonly TempFolder folder = new();
    private readonly X509Certificate2 root = Authority("CN=Our Root");

    [Fact]
    public async Task An_extra_root_makes_its_servers_trusted()
    {
        await using var server = await ServerAsync(root, "127.0.0.1");

        Assert.NotNull(await CallAsync(server, PemOf(root)));
    }

    [Fact]
    public async Task Without_it_the_same_server_is_not()
    {
        await using var server = await ServerAsync(root, "127.0.0.1");

        var error = await Assert.ThrowsAsync<InvestApiException>(() => CallAsync(server, null));

        Assert.Contains("root certificate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_extra_root_does_not_make_others_trusted()
    {
        using var other = Authority("CN=Another Root");
        await using var server = await ServerAsync(other, "127.0.0.1");

        await Assert.ThrowsAsync<InvestApiException>(() => CallAsync(server, PemOf(root)));
    }

    [Fact]
    public async Task The_host_name_is_checked_all_the_same()
    {
        await using var server = await ServerAsync(root, "127.0.0.2");

        await Assert.ThrowsAsync<InvestApiException>(() => CallAsync(server, PemOf(root)));
    }

    [Fact]
    public void A_file_without_certificates_is_refused_at_once()
    {
        File.WriteAllText(folder.File("empty.pem"), "nothing");

        Assert.Throws<InvalidOperationException>(() => InvestHandler.TrustedRoots(folder.File("empty.pem")));
        Assert.Throws<InvalidOperationException>(() => InvestHandler.TrustedRoots(folder.File("absent.pem")));
    }

    public void Dispose()
    {
        root.Dispose();
        folder.Dispose();
    }

    private static async Task<GetUserTariffResponse> CallAsync(ScriptedServer server, string? roots)
    {
        using var client = server.Client(options =>
        {
            options.ExtraRootCertificates = roots;
            options.Retry = new BackoffLimits { Attempts = 1 };
        });
        return await client.Users.GetUserTariffAsync(new GetUserTariffRequest());
    }

    private static async Task<ScriptedServer> ServerAsync(X509Certificate2 authority, string address)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={address}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        using var issued = request.Create(authority, From, From.AddDays(10), [1, 2, 3, 4]);
        using var withKey = issued.CopyWithPrivateKey(key);
        var server = await ScriptedServer.StartAsync(X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null));
        server.Answer<GetUserTariffRequest, GetUserTariffResponse>(ScriptedServer.Tariff, _ => new GetUserTariffResponse());
        return server;
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(From, From.AddDays(20));
    }

    private string PemOf(X509Certificate2 certificate)
    {
        File.WriteAllText(folder.File("root.pem"), certificate.ExportCertificatePem());
        return folder.File("root.pem");
    }
}
