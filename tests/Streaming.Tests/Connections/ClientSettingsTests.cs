using Confluent.Kafka;
using StockPipeline.Contracts.Connections;
using StockPipeline.Streaming.Connections;

namespace StockPipeline.StreamingTests.Connections;

public sealed class ClientSettingsTests
{
    [Theory]
    [InlineData(KafkaSecurityProtocol.Plaintext, SecurityProtocol.Plaintext)]
    [InlineData(KafkaSecurityProtocol.Ssl, SecurityProtocol.Ssl)]
    [InlineData(KafkaSecurityProtocol.SaslPlaintext, SecurityProtocol.SaslPlaintext)]
    [InlineData(KafkaSecurityProtocol.SaslSsl, SecurityProtocol.SaslSsl)]
    public void Every_security_protocol_reaches_the_client(KafkaSecurityProtocol ours, SecurityProtocol theirs)
    {
        var config = ClientSettings.Client(
            new KafkaConnection { BootstrapServers = "one:9092", SecurityProtocol = ours, SaslMechanism = KafkaSaslMechanism.Plain }, "me");

        Assert.Equal(theirs, config.SecurityProtocol);
        Assert.Equal("one:9092", config.BootstrapServers);
        Assert.Equal("me", config.ClientId);
    }

    [Theory]
    [InlineData(KafkaSaslMechanism.Plain, SaslMechanism.Plain)]
    [InlineData(KafkaSaslMechanism.ScramSha256, SaslMechanism.ScramSha256)]
    [InlineData(KafkaSaslMechanism.ScramSha512, SaslMechanism.ScramSha512)]
    public void Name_password_and_authorities_reach_the_client(KafkaSaslMechanism ours, SaslMechanism theirs)
    {
        var connection = new KafkaConnection
        {
            BootstrapServers = "one:9092",
            SecurityProtocol = KafkaSecurityProtocol.SaslSsl,
            SaslMechanism = ours,
            Username = "reader",
            Password = new Secret("hush"),
            CaFile = "/etc/kafka/ca.pem",
        };

        var config = ClientSettings.Client(connection, "me");

        Assert.Equal((theirs, "reader", "hush"), (config.SaslMechanism, config.SaslUsername, config.SaslPassword));
        Assert.Equal("/etc/kafka/ca.pem", config.SslCaLocation);
    }

    [Fact]
    public void A_certificate_of_our_own_and_the_rack_reach_the_client_and_without_tls_no_certificate_does()
    {
        var connection = new KafkaConnection
        {
            BootstrapServers = "one:9092", SecurityProtocol = KafkaSecurityProtocol.Ssl, CertificateFile = "/etc/kafka/own.pem",
            KeyPassword = new Secret("hush"), Rack = "b",
        };

        var config = ClientSettings.Client(connection, "me");

        Assert.Equal(
            ("/etc/kafka/own.pem", "/etc/kafka/own.pem", "hush", "b"),
            (config.SslCertificateLocation, config.SslKeyLocation, config.SslKeyPassword, config.ClientRack));
        var plain = ClientSettings.Client(connection with { SecurityProtocol = KafkaSecurityProtocol.Plaintext }, "me");
        Assert.Null(plain.SslCertificateLocation);
        Assert.Equal("b", plain.ClientRack);
    }

    [Fact]
    public void Without_sasl_no_password_is_handed_over()
    {
        var connection = new KafkaConnection { BootstrapServers = "one:9092", Username = "reader", Password = new Secret("hush") };

        var config = ClientSettings.Client(connection, "me");

        Assert.Null(config.SaslUsername);
        Assert.Null(config.SaslPassword);
    }

    [Fact]
    public void Sasl_without_a_mechanism_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => ClientSettings.Client(new KafkaConnection { BootstrapServers = "one:9092", SecurityProtocol = KafkaSecurityProtocol.SaslSsl }, "me"));
}
