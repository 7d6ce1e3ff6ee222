using Microsoft.Extensions.Configuration;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Options;

namespace StockPipeline.HostingTests;

public sealed class ConnectionOptionsTests
{
    [Fact]
    public void Kafka_without_security_needs_only_its_address()
    {
        var (options, problems, _) = Read<KafkaOptions>(("KAFKA_CONNECT", "one:9092, two:9092"));

        Assert.Empty(problems);
        Assert.Equal(new KafkaConnection { BootstrapServers = "one:9092,two:9092" }, options.Connection);
    }

    [Fact]
    public void Kafka_with_tls_and_a_password_takes_all_of_it()
    {
        using var folder = new Testing.TempFolder();
        File.WriteAllText(folder.File("ca.pem"), "certificate");

        var (options, problems, shown) = Read<KafkaOptions>(
            ("KAFKA_CONNECT", "one:9093"), ("KAFKA_SECURITY_PROTOCOL", "SASL_SSL"), ("KAFKA_SASL_MECHANISM", "scram-sha-512"),
            ("KAFKA_SASL_USERNAME", "me"), ("KAFKA_SASL_PASSWORD", "hush"), ("KAFKA_SSL_CA", folder.File("ca.pem")));

        Assert.Empty(problems);
        var kafka = options.Connection;
        Assert.True(kafka is { UsesSasl: true, UsesTls: true, SaslMechanism: KafkaSaslMechanism.ScramSha512, Username: "me" });
        Assert.Equal("hush", kafka.Password?.Reveal());
        Assert.Equal(folder.File("ca.pem"), kafka.CaFile);
        Assert.DoesNotContain("hush", kafka.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(shown, setting => setting.Value.Contains("hush", StringComparison.Ordinal));
    }

    [Fact]
    public void A_certificate_of_our_own_is_taken_with_tls_and_refused_without()
    {
        using var folder = new Testing.TempFolder();
        File.WriteAllText(folder.File("own.pem"), "certificate and key");
        (string, string)[] own =
        [
            ("KAFKA_CONNECT", "one:9093"), ("KAFKA_SSL_CERTIFICATE", folder.File("own.pem")), ("KAFKA_SSL_KEY_PASSWORD", "hush"),
            ("KAFKA_CLIENT_RACK", "b"),
        ];

        var (options, problems, shown) = Read<KafkaOptions>([.. own, ("KAFKA_SECURITY_PROTOCOL", "ssl")]);
        Assert.Empty(problems);
        Assert.Equal((folder.File("own.pem"), "hush", "b"),
            (options.Connection.CertificateFile, options.Connection.KeyPassword?.Reveal(), options.Connection.Rack));
        Assert.DoesNotContain(shown, setting => setting.Value.Contains("hush", StringComparison.Ordinal));

        Assert.StartsWith("KAFKA_SSL_CERTIFICATE", Assert.Single(Read<KafkaOptions>(own).Problems), StringComparison.Ordinal);
        Assert.StartsWith(
            "KAFKA_SSL_KEY_PASSWORD",
            Assert.Single(Read<KafkaOptions>(("KAFKA_CONNECT", "one:9093"), ("KAFKA_SSL_KEY_PASSWORD", "hush")).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Sasl_without_its_parts_names_every_part()
    {
        var (_, problems, _) = Read<KafkaOptions>(("KAFKA_CONNECT", "one:9092"), ("KAFKA_SECURITY_PROTOCOL", "sasl_plaintext"));

        Assert.Equal(["KAFKA_SASL_MECHANISM", "KAFKA_SASL_USERNAME", "KAFKA_SASL_PASSWORD"], problems.Select(problem => problem.Split(' ')[0]));
    }

    [Fact]
    public void Credentials_that_would_not_be_used_are_refused_rather_than_ignored()
    {
        using var folder = new Testing.TempFolder();
        File.WriteAllText(folder.File("ca.pem"), "certificate");

        var (_, problems, _) = Read<KafkaOptions>(
            ("KAFKA_CONNECT", "one:9092"), ("KAFKA_SASL_USERNAME", "me"), ("KAFKA_SASL_PASSWORD", "hush"), ("KAFKA_SSL_CA", folder.File("ca.pem")));

        Assert.Equal(3, problems.Count);
        Assert.Contains(
            "KAFKA_SASL_PASSWORD is '***'; allowed: nothing, unless KAFKA_SECURITY_PROTOCOL is sasl_plaintext or sasl_ssl", problems);
    }

    [Fact]
    public void A_missing_kafka_address_is_a_problem()
    {
        var (_, problems, _) = Read<KafkaOptions>();

        Assert.Equal(["KAFKA_CONNECT is not set; allowed: host:port, or several (at most 100) separated by commas"], problems);
    }

    [Fact]
    public void A_schema_registry_with_a_user_needs_a_password()
    {
        var (_, problems, _) = Read<SchemaRegistryOptions>(
            ("SCHEMA_REGISTRY_URL", "http://registry:8081/apis/ccompat/v7"), ("SCHEMA_REGISTRY_USER", "me"));

        Assert.StartsWith("SCHEMA_REGISTRY_PASSWORD is not set", Assert.Single(problems), StringComparison.Ordinal);
    }

    private static (T Options, IReadOnlyList<string> Problems, IReadOnlyDictionary<string, string> Shown) Read<T>(
        params (string Name, string Value)[] values) where T : class, new()
    {
        var binder = new SettingsBinder(new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value))).Build());
        var options = new T();
        binder.Bind(options);
        return (options, binder.Problems, binder.InEffect);
    }
}
