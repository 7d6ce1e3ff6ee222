using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Options;

namespace StockPipeline.Hosting;

/// <summary>The groups of settings that many services share.</summary>
public static class ConnectionSettings
{
    public static KafkaConnection Kafka(this Settings settings)
    {
        var protocol = settings.Choice("KAFKA_SECURITY_PROTOCOL", KafkaSecurityProtocol.Plaintext,
            ("plaintext", KafkaSecurityProtocol.Plaintext), ("ssl", KafkaSecurityProtocol.Ssl),
            ("sasl_plaintext", KafkaSecurityProtocol.SaslPlaintext), ("sasl_ssl", KafkaSecurityProtocol.SaslSsl));
        var connection = new KafkaConnection
        {
            BootstrapServers = EndpointText.ShowList(settings.RequiredEndpoints("KAFKA_CONNECT")), SecurityProtocol = protocol,
        };
        if (connection.UsesTls)
            connection = connection with { CaFile = settings.ExistingFile("KAFKA_SSL_CA") };
        else
            RefuseUnused(settings, "KAFKA_SSL_CA", "nothing, unless KAFKA_SECURITY_PROTOCOL is ssl or sasl_ssl");
        if (connection.UsesSasl)
        {
            return connection with
            {
                SaslMechanism = settings.RequiredChoice("KAFKA_SASL_MECHANISM",
                    ("PLAIN", KafkaSaslMechanism.Plain), ("SCRAM-SHA-256", KafkaSaslMechanism.ScramSha256),
                    ("SCRAM-SHA-512", KafkaSaslMechanism.ScramSha512)),
                Username = settings.Required("KAFKA_SASL_USERNAME", "the name to log in with"),
                Password = settings.RequiredSecret("KAFKA_SASL_PASSWORD"),
            };
        }

        // Credentials that would not be used are more likely a forgotten protocol than a wish to go without.
        const string onlyWithSasl = "nothing, unless KAFKA_SECURITY_PROTOCOL is sasl_plaintext or sasl_ssl";
        RefuseUnused(settings, "KAFKA_SASL_USERNAME", onlyWithSasl);
        settings.Secret("KAFKA_SASL_PASSWORD");
        RefuseUnused(settings, "KAFKA_SASL_PASSWORD", onlyWithSasl);
        return connection;
    }

    public static SchemaRegistryConnection SchemaRegistry(this Settings settings)
    {
        var user = settings.Optional("SCHEMA_REGISTRY_USER");
        return new SchemaRegistryConnection
        {
            Url = settings.RequiredUrl("SCHEMA_REGISTRY_URL"),
            User = user,
            Password = user is null ? settings.Secret("SCHEMA_REGISTRY_PASSWORD") : settings.RequiredSecret("SCHEMA_REGISTRY_PASSWORD"),
        };
    }

    private static void RefuseUnused(Settings settings, string name, string allowed)
    {
        if (settings.IsSet(name))
            settings.Reject(name, allowed);
    }
}
