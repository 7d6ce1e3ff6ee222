using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace StockPipeline.Simulator.Partners;

/// <summary>Two running partner shops with the interfaces of NetVideo and CountryLink, their faults, and where to find them.</summary>
public sealed partial class PartnersSimulator : IAsyncDisposable
{
    private const int DefaultLimit = 10;
    private const int MaxBodyBytes = 1024 * 1024;
    private const int MaxBodies = 4;
    private const int LargestBody = 16 * 1024 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Pages have millions of bytes: new ones for each would be collected with all that is old.</summary>
    private readonly ConcurrentBag<ArrayBufferWriter<byte>> bodies = [];
    private readonly WebApplication web;
    private readonly PartnersOptions options;
    private readonly Shop[] shops;

    private PartnersSimulator(PartnersOptions options)
    {
        this.options = options;
        shops = [new Shop(Shop.NetVideo, options), new Shop(Shop.CountryLink, options)];
        web = Build(options);
        web.Run(ServeAsync);
    }

    /// <summary>Of both shops.</summary>
    public Uri Endpoint { get; private set; } = null!;

    public Uri ControlEndpoint { get; private set; } = null!;

    public PartnerFaults Faults { get; } = new();

    /// <summary>The shop's whole address, as the variables of the collector name it.</summary>
    public Uri UrlOf(string partner) => new(Endpoint, Array.Find(shops, shop => shop.Partner == partner)!.Path);

    public static async Task<PartnersSimulator> StartAsync(PartnersOptions options, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Products, PartnersOptions.MaxProducts, nameof(options));
        var simulator = new PartnersSimulator(options);
        try
        {
            await simulator.web.StartAsync(cancellationToken);
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
        var listening = simulator.web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        var addresses = listening.Addresses.Select(address => new Uri(address)).ToList();
        (simulator.Endpoint, simulator.ControlEndpoint) = (addresses[0], addresses[1]);
        Log.PartnersOpen(options.LoggerFactory.CreateLogger<PartnersSimulator>(), simulator.Endpoint, simulator.ControlEndpoint, options.Products);
        return simulator;
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private Task ServeAsync(HttpContext http) =>
        http.Connection.LocalPort == ControlEndpoint.Port ? ControlAsync(http) : ShopAsync(http);

    private Task ShopAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (Array.Find(shops, shop => shop.Path == path) is { } shop)
        {
            if (HttpMethods.IsGet(http.Request.Method))
                return ListAsync(http, shop);
            http.Response.Headers.Allow = "GET";
            return AnswerAsync(http, StatusCodes.Status405MethodNotAllowed, """{"detail":"Method Not Allowed"}""");
        }
        if (path.EndsWith('/') && Array.Exists(shops, one => one.Path == path[..^1]))
        {
            http.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            http.Response.Headers.Location = $"{http.Request.Scheme}://{http.Request.Host}{path[..^1]}{http.Request.QueryString}";
            return Task.CompletedTask;
        }
        return AnswerAsync(http, StatusCodes.Status404NotFound, """{"detail":"Not Found"}""");
    }

    private async Task ListAsync(HttpContext http, Shop shop)
    {
        var asked = http.Request.Query.TryGetValue("limit", out var given) ? given[^1] ?? "" : null;
        if (asked is not null && !WholeNumber().IsMatch(asked))
        {
            await AnswerAsync(http, StatusCodes.Status422UnprocessableEntity,
                """{"detail":[{"type":"int_parsing","loc":["query","limit"],"msg":"Input should be a valid integer, unable to parse string as an """
                + $$"""integer","input":{{JsonSerializer.Serialize(asked)}}}]}""");
            return;
        }
        var limit = asked is null ? DefaultLimit
            : (int)Math.Clamp(decimal.Parse(asked, CultureInfo.InvariantCulture), 0, PartnersOptions.MaxProducts);
        var version = Faults.Version;
        var faults = Faults.Strike(shop.Partner);
        foreach (var fault in faults)
        {
            if (await RefuseAsync(http, fault))
                return;
        }
        var page = shop.Page(limit, http.Request.Query.TryGetValue("after", out var after) ? after[^1] : null, faults);
        if (!options.IsRandom)
        {
            var tag = shop.Tag(page, version);
            http.Response.Headers.ETag = tag;
            if (http.Request.Headers.IfNoneMatch == tag)
            {
                http.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }
        http.Response.ContentType = MediaTypeNames.Application.Json;
        if (!bodies.TryTake(out var body))
            body = new ArrayBufferWriter<byte>(64 * 1024);
        shop.Write(body, page, faults);
        if (faults.Any(fault => fault.Kind == PartnerFaultKind.TornJson))
        {
            await http.Response.Body.WriteAsync(body.WrittenMemory[..(body.WrittenCount * 2 / 3)], http.RequestAborted);
            return;
        }
        http.Response.ContentLength = body.WrittenCount;
        await http.Response.Body.WriteAsync(body.WrittenMemory, http.RequestAborted);
        if (bodies.Count >= MaxBodies || body.Capacity > LargestBody)
            return;
        body.ResetWrittenCount();
        bodies.Add(body);
    }

    private async Task<bool> RefuseAsync(HttpContext http, PartnerFault fault)
    {
        switch (fault.Kind)
        {
            case PartnerFaultKind.InternalError:
                http.Response.StatusCode = StatusCodes.Status500InternalServerError;
                http.Response.ContentType = "text/plain; charset=utf-8";
                await http.Response.WriteAsync("Internal Server Error", http.RequestAborted);
                return true;
            case PartnerFaultKind.Unavailable:
                http.Response.Headers.RetryAfter = fault.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
                await AnswerAsync(http, StatusCodes.Status503ServiceUnavailable, """{"detail":"Service Unavailable"}""");
                return true;
            case PartnerFaultKind.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, options.Clock, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return true;
            default:
                return false;
        }
    }

    /// <summary><c>GET</c>, <c>POST</c> and <c>DELETE /faults</c>.</summary>
    private async Task ControlAsync(HttpContext http)
    {
        if (http.Request.Path != "/faults")
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        try
        {
            if (HttpMethods.IsPost(http.Request.Method))
            {
                if (http.Request.ContentLength is not (>= 0 and <= MaxBodyBytes))
                    throw new ArgumentException($"The body must say its length, which is at most {MaxBodyBytes} bytes.");
                Faults.Set(await http.Request.ReadFromJsonAsync<List<PartnerFault>>(Json, http.RequestAborted) ?? []);
            }
            else if (HttpMethods.IsDelete(http.Request.Method))
            {
                Faults.Set();
            }
            await http.Response.WriteAsJsonAsync(Faults.Holding, Json, http.RequestAborted);
        }
        catch (Exception refused) when (refused is JsonException or ArgumentException or InvalidOperationException)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await http.Response.WriteAsJsonAsync(new { error = refused.Message }, Json, http.RequestAborted);
        }
    }

    private static Task AnswerAsync(HttpContext http, int status, string json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = MediaTypeNames.Application.Json;
        http.Response.ContentLength = Encoding.UTF8.GetByteCount(json);
        return http.Response.WriteAsync(json, http.RequestAborted);
    }

    private static WebApplication Build(PartnersOptions options)
    {
        // The empty builder reads no file and no variable: what is listened to is said here and nowhere else.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Listen(options.Address, options.Port);
            kestrel.Listen(options.Address, options.ControlPort);
        });
        builder.Services.AddSingleton(options.LoggerFactory);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        return builder.Build();
    }

    /// <summary>A whole number as the stand-in's framework takes it, of no more digits than a limit can have.</summary>
    [GeneratedRegex(@"^\s*[+-]?\d{1,18}(\.0{1,9})?\s*$")]
    private static partial Regex WholeNumber();

    /// <summary>Signals belong to whoever started the simulator.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
