using System.Net;
using Confluent.SchemaRegistry;
using Newtonsoft.Json;
using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Connections;
using ConfluentException = Confluent.SchemaRegistry.SchemaRegistryException;

namespace StockPipeline.SchemaRegistry.Client;

/// <summary>Says how patient a client is, and how much it remembers.</summary>
public sealed record SchemaRegistryClientOptions
{
    public static readonly SchemaRegistryClientOptions Default = new();

    /// <summary>For one try.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The tries of one question and the pauses between them.</summary>
    public BackoffLimits Retry { get; init; } = BackoffLimits.Request;

    /// <summary>Schemas remembered; one past it, all are forgotten and asked for anew.</summary>
    public int MaxRemembered { get; init; } = 1_000;
}

/// <summary>
/// Asks a schema registry through Confluent's own client, and tells a refusal, an outage and a schema that is none apart. What never changes is
/// asked once. Safe for use from many threads.
/// </summary>
/// <remarks>
/// Certificates are checked by the system: an authority of one's own is named to OpenSSL (<c>SSL_CERT_FILE</c>). The client's own setting for it is
/// not used, for it accepts expired certificates and those of other hosts.
/// </remarks>
public sealed class SchemaRegistryClient : ISchemaRegistry, IDisposable
{
    private readonly CachedSchemaRegistryClient client;
    private readonly Uri url;

    /// <param name="connection">Where the registry is.</param>
    /// <param name="options">The default ones where none are given.</param>
    public SchemaRegistryClient(SchemaRegistryConnection connection, SchemaRegistryClientOptions? options = null)
    {
        options ??= SchemaRegistryClientOptions.Default;
        url = connection.Url;
        var config = new SchemaRegistryConfig
        {
            Url = url.AbsoluteUri,
            RequestTimeoutMs = (int)options.RequestTimeout.TotalMilliseconds,
            MaxRetries = options.Retry.Attempts,
            RetriesWaitMs = (int)options.Retry.First.TotalMilliseconds,
            RetriesMaxWaitMs = (int)options.Retry.Cap.TotalMilliseconds,
            MaxCachedSchemas = options.MaxRemembered,
        };
        if (connection.User is { } user)
            config.BasicAuthUserInfo = $"{user}:{connection.Password?.Reveal()}";
        client = new CachedSchemaRegistryClient(config);
    }

    public async Task<int> RegisterAsync(string subject, AvroSchema schema, CancellationToken cancellationToken)
    {
        var asked = $"to register {subject}";
        // Not normalised: what is registered is the very text that records are written by, and its id is the same with every registry.
        var id = await AskAsync(() => client.RegisterSchemaAsync(subject, schema.Json, normalize: false), asked, cancellationToken);
        return id > 0 ? id : throw NoRegistry(asked, null);
    }

    public async Task<AvroSchema> SchemaAsync(int id, CancellationToken cancellationToken)
    {
        var asked = $"for schema {id}";
        var schema = await AskAsync(() => client.GetSchemaAsync(id), asked, cancellationToken);
        if (TypeOf(schema) != SchemaType.Avro)
            throw new InvalidSchemaException($"the schema of id {id} is of another type than Avro");
        if (schema.References is { Count: > 0 })
            throw new InvalidSchemaException($"the schema of id {id} refers to other subjects");
        return AvroSchema.Parse(schema.SchemaString ?? throw NoRegistry(asked, null));
    }

    public void Dispose() => client.Dispose();

    /// <summary>The client takes no token: whoever stops leaves the question to its own end, which nobody looks at then.</summary>
    private async Task<T> AskAsync<T>(Func<Task<T>> question, string asked, CancellationToken cancellationToken)
    {
        try
        {
            return await question().WaitAsync(cancellationToken);
        }
        catch (ConfluentException answer) when (IsTransient(answer.Status))
        {
            throw new SchemaRegistryUnavailableException($"The schema registry at {url} does not answer {asked}: {Words(answer)}", answer);
        }
        catch (ConfluentException refusal)
        {
            var code = refusal.ErrorCode > 0 ? refusal.ErrorCode : (int)refusal.Status;
            throw new SchemaRegistryException(
                refusal.Status, code, $"The schema registry at {url} refuses {asked}: {(int)refusal.Status}, code {code}: {Words(refusal)}", refusal);
        }
        catch (HttpRequestException error) when (error.InnerException is HttpRequestException { Message: "Unauthorized" })
        {
            throw new SchemaRegistryException(
                HttpStatusCode.Unauthorized, 401, $"The schema registry at {url} refuses {asked}: 401, the user or the password is wrong", error);
        }
        catch (HttpRequestException error)
        {
            throw new SchemaRegistryUnavailableException($"The schema registry at {url} does not answer {asked}: {Reason(error)}", error);
        }
        catch (JsonException error)
        {
            throw NoRegistry(asked, error);
        }
    }

    private static bool IsTransient(HttpStatusCode status) =>
        (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;

    /// <summary>What the registry said; a proxy on the way answers in its own words, and its status says enough.</summary>
    private static string Words(ConfluentException answer)
    {
        var code = $"; error code: {answer.ErrorCode}";
        var words = answer.Message.EndsWith(code, StringComparison.Ordinal) ? answer.Message[..^code.Length] : answer.Message;
        return string.IsNullOrWhiteSpace(words) ? answer.Status.ToString() : words;
    }

    private static SchemaType? TypeOf(Schema schema)
    {
        try
        {
            return schema.SchemaType;
        }
        catch (InvalidOperationException)
        {
            // A type that is newer than the client.
            return null;
        }
    }

    /// <summary>The client's sentence names the kind of failure; what lies below it says which file, host or certificate.</summary>
    private static string Reason(Exception error)
    {
        var deepest = error.GetBaseException();
        return error.Message.Contains(deepest.Message, StringComparison.Ordinal) ? error.Message : $"{error.Message}: {deepest.Message}";
    }

    private SchemaRegistryException NoRegistry(string asked, Exception? error)
    {
        var message = $"{url} is not a schema registry: its answer to being asked {asked} cannot be read";
        return error is null ? new SchemaRegistryException(message) : new SchemaRegistryException($"{message}: {error.Message}", error);
    }
}
