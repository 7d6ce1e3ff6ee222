using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using StockPipeline.Contracts.Connections;

namespace StockPipeline.SchemaRegistry.Client;

/// <summary>Requests to a registry: under its path, with its user, again while it does not answer.</summary>
internal sealed class RegistryHttp : IDisposable
{
    private const string MediaType = "application/vnd.schemaregistry.v1+json";

    private readonly HttpClient http;
    private readonly SchemaRegistryClientOptions options;
    private readonly TimeProvider clock;
    private readonly Uri root;

    public RegistryHttp(SchemaRegistryConnection connection, SchemaRegistryClientOptions options, TimeProvider clock, HttpMessageHandler? handler)
    {
        this.options = options;
        this.clock = clock;
        // Relative addresses stand under a path only where it ends in a slash.
        root = connection.Url.AbsoluteUri.EndsWith('/') ? connection.Url : new Uri(connection.Url.AbsoluteUri + "/");
        http = new HttpClient(handler ?? new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = options.MaxAnswerBytes,
        };
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaType));
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json", 0.9));
        if (connection.User is { } user)
        {
            var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{connection.Password?.Reveal()}"));
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        }
    }

    /// <param name="method">Of HTTP.</param>
    /// <param name="path">Under the registry's address; its parts escaped.</param>
    /// <param name="body">JSON, or null.</param>
    /// <param name="answer">How the answer is read.</param>
    /// <param name="stop">Ends the tries too.</param>
    public async Task<T> SendAsync<T>(HttpMethod method, string path, byte[]? body, JsonTypeInfo<T> answer, CancellationToken stop)
    {
        var backoff = new Backoff(options.Retry, clock);
        while (true)
        {
            var (result, failure) = await TryAsync(method, path, body, answer, stop);
            if (failure is null)
                return result!;
            if (!await backoff.PauseAsync(stop))
            {
                throw new SchemaRegistryUnavailableException(
                    $"The schema registry at {root} does not answer {method} {path} in {backoff.Failures} tries; the last one: {failure.Message}",
                    failure);
            }
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<(T? Result, Exception? Failure)> TryAsync<T>(
        HttpMethod method, string path, byte[]? body, JsonTypeInfo<T> answer, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(options.RequestTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(root, path));
            if (body is not null)
            {
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaType);
            }
            using var response = await http.SendAsync(request, either.Token);
            var content = await response.Content.ReadAsByteArrayAsync(either.Token);
            if (response.IsSuccessStatusCode)
                return (Parse(content, answer, method, path), null);
            var error = Refusal(response, content, method, path);
            return IsTransient(response.StatusCode) ? (default, error) : throw error;
        }
        catch (OperationCanceledException error) when (!stop.IsCancellationRequested)
        {
            return (default, new TimeoutException($"no answer within {options.RequestTimeout.TotalSeconds} s", error));
        }
        catch (HttpRequestException error)
        {
            return (default, error);
        }
        catch (IOException error)
        {
            return (default, error);
        }
    }

    private T Parse<T>(byte[] content, JsonTypeInfo<T> answer, HttpMethod method, string path)
    {
        try
        {
            return JsonSerializer.Deserialize(content, answer) ?? throw new JsonException("null");
        }
        catch (JsonException error)
        {
            throw new SchemaRegistryException(
                $"{root} is not a schema registry: its answer to {method} {path} cannot be read: {error.Message}", error);
        }
    }

    private SchemaRegistryException Refusal(HttpResponseMessage response, byte[] content, HttpMethod method, string path)
    {
        ErrorMessage? error = null;
        try
        {
            error = JsonSerializer.Deserialize(content, RegistryMessages.Default.ErrorMessage);
        }
        catch (JsonException)
        {
            // A proxy on the way answers in its own words; the status says enough.
            error = new ErrorMessage { Message = response.ReasonPhrase };
        }
        var code = error?.ErrorCode ?? (int)response.StatusCode;
        var message = $"The schema registry at {root} refuses {method} {path}: {(int)response.StatusCode}, code {code}: {error?.Message}";
        return new SchemaRegistryException(response.StatusCode, code, message);
    }

    private static bool IsTransient(HttpStatusCode status) =>
        (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;
}
