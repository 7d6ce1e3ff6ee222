using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting;

namespace StockPipeline.HostingTests;

public sealed class ConnectionSettingsTests
{
    [Fact]
    public void Kafka_without_security_needs_only_its_address()
    {
        var settings = Of(("KAFKA_CONNECT", "one:9092, two:9092"));

        var kafka = settings.Kafka();

        Assert.Empty(settings.Problems);
        Assert.Equal(new KafkaConnection { BootstrapServers = "one:9092,two:9092" }, kafka);
    }

    [Fact]
    public void Kafka_with_tls_and_a_password_takes_all_of_it()
    {
        using var folder = new Testing.TempFolder();
        File.WriteAllText(folder.File("ca.pem"), "certificate");
        var settings = Of(
            ("KAFKA_CONNECT", "one:9093"), ("KAFKA_SECURITY_PROTOCOL", "SASL_SSL"), ("KAFKA_SASL_MECHANISM", "scram-sha-512"),
            ("KAFKA_SASL_USERNAME", "me"), ("KAFKA_SASL_PASSWORD", "hush"), ("KAFKA_SSL_CA", folder.File("ca.pem")));

        var kafka = settings.Kafka();

        Assert.Empty(settings.Problems);
        Assert.True(kafka is { UsesSasl: true, UsesTls: true, SaslMechanism: KafkaSaslMechanism.ScramSha512, Username: "me" });
        Assert.Equal("hush", kafka.Password?.Reveal());
        Assert.Equal(folder.File("ca.pem"), kafka.CaFile);
        Assert.DoesNotContain("hush", kafka.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hush", settings.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sasl_without_its_parts_names_every_part()
    {
        var settings = Of(("KAFKA_CONNECT", "one:9092"), ("KAFKA_SECURITY_PROTOCOL", "sasl_plaintext"));

        settings.Kafka();

        Assert.Equal(
            ["KAFKA_SASL_MECHANISM", "KAFKA_SASL_USERNAME", "KAFKA_SASL_PASSWORD"],
            settings.Problems.Select(problem => problem.Split(' ')[0]));
    }

    [Fact]
    public void Credentials_that_would_not_be_used_are_refused_rather_than_ignored()
    {
        var settings = Of(("KAFKA_CONNECT", "one:9092"), ("KAFKA_SASL_USERNAME", "me"), ("KAFKA_SASL_PASSWORD", "hush"), ("KAFKA_SSL_CA", "ca.pem"));

        settings.Kafka();

        Assert.Equal(3, settings.Problems.Count);
        Assert.Contains(
            "KAFKA_SASL_PASSWORD is '***'; allowed: nothing, unless KAFKA_SECURITY_PROTOCOL is sasl_plaintext or sasl_ssl",
            settings.Problems);
    }

    [Fact]
    public void A_missing_kafka_address_is_a_problem()
    {
        var settings = Of();

        settings.Kafka();

        Assert.Equal(["KAFKA_CONNECT is not set; allowed: host:port, or several (at most 100) separated by commas"], settings.Problems);
    }

    [Fact]
    public void A_schema_registry_with_a_user_needs_a_password()
    {
        var settings = Of(("SCHEMA_REGISTRY_URL", "http://registry:8081/apis/ccompat/v7"), ("SCHEMA_REGISTRY_USER", "me"));

        settings.SchemaRegistry();

        Assert.StartsWith("SCHEMA_REGISTRY_PASSWORD is not set", Assert.Single(settings.Problems), StringComparison.Ordinal);
    }

    private static Settings Of(params (string Name, string Value)[] values) => new(values.ToDictionary(pair => pair.Name, pair => pair.Value));
}
