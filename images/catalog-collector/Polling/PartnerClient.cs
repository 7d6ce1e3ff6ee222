using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace StockPipeline.CatalogCollector.Polling;

/// <summary>Asks a partner for its listing, a page at a time.</summary>
internal sealed class PartnerClient : IDisposable
{
    /// <summary>A page of a thousand items has seven million bytes.</summary>
    private const int MaxPageBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    private readonly CollectorOptions options;
    private readonly TimeProvider clock;
    private readonly HttpClient http;

    /// <summary>Of one answer after the other: pages have millions of bytes, and new ones for each would be collected with all that is old.</summary>
    private byte[] body = new byte[64 * 1024];

    public PartnerClient(CollectorOptions options, TimeProvider clock)
    {
        this.options = options;
        this.clock = clock;
        http = new HttpClient(new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.All, PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = true,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
    }

    /// <param name="after">The number of the last item of the page before; null for the first page.</param>
    /// <param name="tag">What the page was when it came last; null where it never did.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="PartnerUnavailableException">No answer in time, or one that says of a failure.</exception>
    public async Task<PartnerAnswer> AskAsync(string? after, string? tag, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, UrlOf(after));
        if (tag is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode == HttpStatusCode.NotModified)
                return new PartnerAnswer(default, tag, Unchanged: true);
            if (!response.IsSuccessStatusCode)
                throw new PartnerUnavailableException($"it answers {(int)response.StatusCode} {response.ReasonPhrase}", RetryAfter(response));
            return new PartnerAnswer(await ReadAsync(response.Content, either.Token), response.Headers.ETag?.ToString(), Unchanged: false);
        }
        catch (OperationCanceledException late) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new PartnerUnavailableException($"no answer within {options.Timeout.TotalSeconds} s", null, late);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            throw new PartnerUnavailableException(broken.InnerException?.Message ?? broken.Message, null, broken);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        for (var length = 0; ;)
        {
            if (length == body.Length)
            {
                if (length >= MaxPageBytes)
                    throw new HttpRequestException($"the answer has more than {MaxPageBytes} bytes");
                Array.Resize(ref body, Math.Min(MaxPageBytes, length * 2));
            }
            var read = await stream.ReadAsync(body.AsMemory(length), cancellationToken);
            if (read == 0)
                return body.AsMemory(0, length);
            length += read;
        }
    }

    private Uri UrlOf(string? after)
    {
        if (options.Listing == ListingKind.Sample)
            return options.Url;
        var url = new UriBuilder(options.Url);
        var query = url.Query.TrimStart('?');
        url.Query = string.Create(
            CultureInfo.InvariantCulture,
            $"{(query.Length > 0 ? query + "&" : "")}limit={options.PageSize}{(after is null ? "" : "&after=" + Uri.EscapeDataString(after))}");
        return url.Uri;
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - clock.GetUtcNow();
        return asked is null ? null : asked < TimeSpan.Zero ? TimeSpan.Zero : asked > LongestRetryAfter ? LongestRetryAfter : asked;
    }
}
