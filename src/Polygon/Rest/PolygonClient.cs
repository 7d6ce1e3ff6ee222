using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using StockPipeline.Polygon.Pace;

namespace StockPipeline.Polygon.Rest;

/// <summary>
/// Asks polygon.io over HTTP. The key goes in a header, never in an address; pages are followed as they are named, and only to the host that was
/// asked; every try takes its turn in the pace of the plan. Safe from any thread.
/// </summary>
public sealed class PolygonClient : IDisposable
{
    private const int Tries = 5;
    private const int MaxPages = 10_000;
    private const int MaxReply = 64 * 1024 * 1024;

    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(2);

    private readonly HttpClient http;
    private readonly PolygonOptions options;
    private readonly IRequestPace pace;
    private readonly TimeProvider clock;

    /// <param name="options">Where, and who asks.</param>
    /// <param name="clock">The machine's.</param>
    /// <param name="pace">Shared with others who ask with the same key; its own where there are none.</param>
    public PolygonClient(PolygonOptions options, TimeProvider clock, IRequestPace? pace = null)
    {
        this.options = options;
        this.clock = clock;
        this.pace = pace ?? new RequestPace(options.Pace, clock);
        http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.GZip, AllowAutoRedirect = false })
        {
            BaseAddress = options.Rest, Timeout = options.Timeout, MaxResponseContentBufferSize = MaxReply,
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey.Reveal());
    }

    /// <summary>Requests made so far, repeated ones too.</summary>
    public long Requests { get; private set; }

    /// <summary>Bars of minutes or of days, in order of time, as of today's count of shares.</summary>
    /// <param name="ticker">Upper and lower case matter.</param>
    /// <param name="days">Bars of days; of minutes otherwise.</param>
    /// <param name="from">Where the first window starts at the earliest.</param>
    /// <param name="to">Where the last one starts at the latest, inclusive.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<IReadOnlyList<AggregateBar>> BarsAsync(
        string ticker, bool days, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        PagesAsync(
            string.Create(CultureInfo.InvariantCulture,
                $"/v2/aggs/ticker/{Uri.EscapeDataString(ticker)}/range/1/{(days ? "day" : "minute")}/{from.ToUnixTimeMilliseconds()}/")
            + string.Create(CultureInfo.InvariantCulture, $"{to.ToUnixTimeMilliseconds()}?adjusted=true&sort=asc&limit=50000"),
            ReplyReader.Bars, cancellationToken);

    /// <summary>Every share's bar of one day; none on a day without trading.</summary>
    public async Task<IReadOnlyList<AggregateBar>> GroupedAsync(DateOnly date, CancellationToken cancellationToken) =>
        ReplyReader.Bars(await GetAsync(
            new Uri($"/v2/aggs/grouped/locale/us/market/stocks/{Text(date)}?adjusted=true", UriKind.Relative), cancellationToken)).Items;

    /// <summary>What is known of one ticker; null where there is none of the name.</summary>
    public async Task<TickerDetails?> TickerAsync(string ticker, CancellationToken cancellationToken) =>
        ReplyReader.Tickers(await GetAsync(
                new Uri($"/v3/reference/tickers?ticker={Uri.EscapeDataString(ticker)}&market=stocks&limit=10", UriKind.Relative), cancellationToken))
            .Items.FirstOrDefault(one => one.Ticker == ticker);

    /// <summary>The splits of all shares since a day.</summary>
    public IAsyncEnumerable<IReadOnlyList<StockSplit>> SplitsAsync(DateOnly since, DateOnly until, CancellationToken cancellationToken) =>
        PagesAsync(
            $"/v3/reference/splits?execution_date.gte={Text(since)}&execution_date.lte={Text(until)}&order=asc&sort=execution_date&limit=1000",
            ReplyReader.Splits, cancellationToken);

    /// <summary>MACD over days, as polygon.io calculates it, in order of time.</summary>
    public IAsyncEnumerable<IReadOnlyList<MacdPoint>> MacdAsync(
        string ticker, int fast, int slow, int signal, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        PagesAsync(
            $"/v1/indicators/macd/{Uri.EscapeDataString(ticker)}?timespan=day&adjusted=true&series_type=close&order=asc&limit=5000"
            + string.Create(CultureInfo.InvariantCulture, $"&short_window={fast}&long_window={slow}&signal_window={signal}")
            + string.Create(CultureInfo.InvariantCulture, $"&timestamp.gte={from.ToUnixTimeMilliseconds()}")
            + string.Create(CultureInfo.InvariantCulture, $"&timestamp.lte={to.ToUnixTimeMilliseconds()}"),
            ReplyReader.Macd, cancellationToken);

    /// <summary>The holidays and early closes that are to come.</summary>
    public async Task<IReadOnlyList<MarketHoliday>> HolidaysAsync(CancellationToken cancellationToken) =>
        ReplyReader.Holidays(await GetAsync(new Uri("/v1/marketstatus/upcoming", UriKind.Relative), cancellationToken));

    public void Dispose() => http.Dispose();

    private delegate ReplyPage<T> Reader<T>(ReadOnlySpan<byte> json);

    private async IAsyncEnumerable<IReadOnlyList<T>> PagesAsync<T>(
        string first, Reader<T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<Uri>();
        var address = new Uri(options.Rest, first);
        for (var pages = 0; pages < MaxPages; pages++)
        {
            var page = read(await GetAsync(address, cancellationToken));
            yield return page.Items;
            if (page.Next is not { } next)
                yield break;
            if (Uri.Compare(next, options.Rest, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) != 0)
                throw new PolygonException(PolygonFailure.Unavailable, $"A page names another host, {next.Host}: the key is not taken there.");
            if (!seen.Add(next))
                throw new PolygonException(PolygonFailure.Unavailable, "A page names itself as the next one.");
            address = next;
        }
        throw new PolygonException(PolygonFailure.Unavailable, $"An answer has more than {MaxPages} pages.");
    }

    private async Task<byte[]> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            await pace.WaitAsync(cancellationToken);
            try
            {
                return await TryAsync(address, cancellationToken);
            }
            catch (PolygonException trouble) when (trouble.IsTransient && tried < Tries && !(trouble.RetryAfter > LongestRest))
            {
                // It counts minutes: where it does not say how long, the next one is another.
                var rest = trouble.RetryAfter ?? TimeSpan.FromSeconds(Math.Pow(2, tried - 1));
                await pace.RestAsync(rest, cancellationToken);
            }
        }
    }

    private async Task<byte[]> TryAsync(Uri address, CancellationToken cancellationToken)
    {
        Requests++;
        try
        {
            using var response = await http.GetAsync(address, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return response.IsSuccessStatusCode ? body : throw Refused(response, body);
        }
        catch (HttpRequestException broken)
        {
            throw new PolygonException(PolygonFailure.Unavailable, broken.Message, broken);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PolygonException(PolygonFailure.Unavailable, $"No answer within {options.Timeout}.", late);
        }
    }

    private PolygonException Refused(HttpResponseMessage response, byte[] body)
    {
        var reason = $"{(int)response.StatusCode}: {ReplyReader.Reason(body)}";
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => new PolygonException(PolygonFailure.KeyRefused, reason),
            HttpStatusCode.Forbidden => new PolygonException(PolygonFailure.NotInPlan, reason),
            HttpStatusCode.NotFound => new PolygonException(PolygonFailure.NotFound, reason),
            HttpStatusCode.TooManyRequests => new PolygonException(PolygonFailure.Unavailable, reason)
            {
                RetryAfter = Wait(response) ?? TimeSpan.FromMinutes(1),
            },
            >= HttpStatusCode.InternalServerError => new PolygonException(PolygonFailure.Unavailable, reason) { RetryAfter = Wait(response) },
            _ => new PolygonException(PolygonFailure.BadRequest, reason),
        };
    }

    private TimeSpan? Wait(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > clock.GetUtcNow() ? date - clock.GetUtcNow() : TimeSpan.Zero,
        _ => null,
    };

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
