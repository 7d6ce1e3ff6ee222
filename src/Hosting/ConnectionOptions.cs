using System.ComponentModel.DataAnnotations;
using System.Net;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Options;

namespace StockPipeline.Hosting;

/// <summary>Where Kafka is and how to get in.</summary>
public sealed class KafkaOptions : IValidatableObject
{
    [ConfigurationKeyName("KAFKA_CONNECT"), Required]
    public IReadOnlyList<DnsEndPoint>? Brokers { get; set; }

    [ConfigurationKeyName("KAFKA_SECURITY_PROTOCOL")]
    public KafkaSecurityProtocol SecurityProtocol { get; set; } = KafkaSecurityProtocol.Plaintext;

    [ConfigurationKeyName("KAFKA_SSL_CA"), ExistingFile]
    public string? CaFile { get; set; }

    [ConfigurationKeyName("KAFKA_SSL_CERTIFICATE"), ExistingFile]
    public string? CertificateFile { get; set; }

    [ConfigurationKeyName("KAFKA_SSL_KEY_PASSWORD")]
    public Secret? KeyPassword { get; set; }

    [ConfigurationKeyName("KAFKA_CLIENT_RACK")]
    public string? Rack { get; set; }

    [ConfigurationKeyName("KAFKA_SASL_MECHANISM")]
    public KafkaSaslMechanism? SaslMechanism { get; set; }

    [ConfigurationKeyName("KAFKA_SASL_USERNAME"), Allowed("the name to log in with")]
    public string? Username { get; set; }

    [ConfigurationKeyName("KAFKA_SASL_PASSWORD")]
    public Secret? Password { get; set; }

    public KafkaConnection Connection => new()
    {
        BootstrapServers = EndpointText.ShowList(Brokers ?? []), SecurityProtocol = SecurityProtocol, CaFile = CaFile,
        SaslMechanism = SaslMechanism, Username = Username, Password = Password, CertificateFile = CertificateFile, KeyPassword = KeyPassword,
        Rack = Rack,
    };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // What would not be used is more likely a forgotten protocol than a wish to go without.
        const string onlyWithTls = "nothing, unless KAFKA_SECURITY_PROTOCOL is ssl or sasl_ssl";
        const string onlyWithSasl = "nothing, unless KAFKA_SECURITY_PROTOCOL is sasl_plaintext or sasl_ssl";
        if (CaFile is not null && !Connection.UsesTls)
            yield return new ValidationResult(onlyWithTls, [nameof(CaFile)]);
        if (CertificateFile is not null && !Connection.UsesTls)
            yield return new ValidationResult(onlyWithTls, [nameof(CertificateFile)]);
        if (KeyPassword is not null && CertificateFile is null)
            yield return new ValidationResult("nothing, unless KAFKA_SSL_CERTIFICATE is set", [nameof(KeyPassword)]);
        foreach (var (isSet, name, allowed) in new[]
        {
            (SaslMechanism is not null, nameof(SaslMechanism), "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512"),
            (Username is not null, nameof(Username), "the name to log in with"),
            (Password is not null, nameof(Password), "a secret of at least one character"),
        })
        {
            if (isSet != Connection.UsesSasl)
                yield return new ValidationResult(isSet ? onlyWithSasl : allowed, [name]);
        }
    }
}

/// <summary>Where the schema registry is and how to get in.</summary>
public sealed class SchemaRegistryOptions : IValidatableObject
{
    [ConfigurationKeyName("SCHEMA_REGISTRY_URL"), Required]
    public Uri? Url { get; set; }

    [ConfigurationKeyName("SCHEMA_REGISTRY_USER")]
    public string? User { get; set; }

    [ConfigurationKeyName("SCHEMA_REGISTRY_PASSWORD")]
    public Secret? Password { get; set; }

    public SchemaRegistryConnection Connection => new() { Url = Url!, User = User, Password = Password };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (User is not null && Password is null)
            yield return new ValidationResult("a secret of at least one character", [nameof(Password)]);
    }
}
