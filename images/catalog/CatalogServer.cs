using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.ResponseCompression;
using Scalar.AspNetCore;
using StockPipeline.CatalogApi.V1;
using StockPipeline.CatalogApi.V2;
using StockPipeline.Hosting.Pages;

namespace StockPipeline.CatalogApi;

/// <summary>The catalog over HTTP: both interfaces, their descriptions, and the page.</summary>
internal sealed class CatalogServer : IAsyncDisposable
{
    private const int MaxConnections = 1_000;
    private const int MaxBodyBytes = 1024 * 1024;
    private const string PagePolicy = "default-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

    private readonly WebApplication web;

    private CatalogServer(WebApplication web)
    {
        this.web = web;
        var port = new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        Url = new Uri($"http://127.0.0.1:{port}");
    }

    /// <summary>How a client on this machine reaches it.</summary>
    public Uri Url { get; }

    public static async Task<CatalogServer> StartAsync(
        CatalogOptions options, FirstInterface first, SecondInterface second, Func<bool> isRead, Action<IEndpointRouteBuilder> mapStatus,
        ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var web = Build(options, loggers);
        var log = loggers.CreateLogger<CatalogServer>();
        web.UseResponseCompression();
        web.Use((http, next) => AnswerAsync(http, next, log));
        if (options.Origins.Count > 0)
        {
            web.UseCors(cors => cors.WithOrigins([.. options.Origins]).WithMethods("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE")
                .AllowAnyHeader().WithExposedHeaders("ETag"));
        }
        web.Use((http, next) => isRead() || !http.Request.Path.StartsWithSegments("/api") ? next(http) : RefuseUnreadAsync(http));
        web.UseRouting();
        first.Map(web);
        second.Map(web);
        var description = ReadDescription();
        web.MapGet("/openapi.json", (RequestDelegate)(http => FirstAnswers.AnswerAsync(http, StatusCodes.Status200OK, description)))
            .ExcludeFromDescription();
        web.MapOpenApi("/openapi/{documentName}.json");
        web.MapScalarApiReference("/docs", scalar => scalar.WithTitle("Catalog").DisableDefaultFonts()
            .AddDocument("v1", "v1", "/openapi.json").AddDocument("v2", "v2", "/openapi/v2.json", isDefault: true));
        mapStatus(web);
        EmbeddedPage.Map(web, typeof(CatalogServer).Assembly, "Page/", PagePolicy);
        try
        {
            await web.StartAsync(cancellationToken);
        }
        catch
        {
            await web.DisposeAsync();
            throw;
        }
        var server = new CatalogServer(web);
        Log.Serving(log, server.Url);
        return server;
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    /// <summary>Failures and refusals of the framework have bodies as the first interface writes them.</summary>
    private static async Task AnswerAsync(HttpContext http, RequestDelegate next, ILogger log)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (BadHttpRequestException refused) when (!http.Response.HasStarted)
        {
            await FirstAnswers.RefuseAsync(http, refused.StatusCode, refused.Message);
            return;
        }
        catch (Exception failure) when (!http.Response.HasStarted)
        {
            Log.RequestFailed(log, failure, http.Request.Method, http.Request.Path);
            http.Response.Clear();
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            http.Response.ContentType = "text/plain; charset=utf-8";
            await http.Response.WriteAsync("Internal Server Error", http.RequestAborted);
            return;
        }
        if (http.Response.HasStarted || http.Response.ContentLength > 0)
            return;
        if (http.Response.StatusCode == StatusCodes.Status404NotFound)
            await FirstAnswers.RefuseAsync(http, StatusCodes.Status404NotFound, "Not Found");
        else if (http.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
            await FirstAnswers.RefuseAsync(http, StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");
    }

    /// <summary>Half a catalog is no answer: what is not listed would seem not to be there.</summary>
    private static Task RefuseUnreadAsync(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "1";
        return FirstAnswers.RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, "the topics are being read");
    }

    private static WebApplication Build(CatalogOptions options, ILoggerFactory loggers)
    {
        // The empty builder reads no file and no variable: what is listened to is said here and nowhere else.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Listen(options.Address, options.Port);
        });
        builder.Services.AddRouting();
        builder.Services.AddCors();
        builder.Services.AddProblemDetails();
        builder.Services.AddOpenApi("v2", document => document.AddDocumentTransformer((description, _, _) =>
        {
            description.Info.Title = "Catalog";
            description.Info.Version = "2.0.0";
            return Task.CompletedTask;
        }));
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
            json.SerializerOptions.DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull;
        });
        builder.Services.AddResponseCompression(compression =>
        {
            compression.Providers.Add<GzipCompressionProvider>();
            compression.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "application/problem+json"];
        });
        builder.Services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
        builder.Services.AddSingleton(loggers);
        builder.Services.AddLogging();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        return builder.Build();
    }

    private static string ReadDescription()
    {
        using var stream = typeof(CatalogServer).Assembly.GetManifestResourceStream("V1/openapi.json")
            ?? throw new InvalidOperationException("The assembly holds no V1/openapi.json.");
        using var text = new StreamReader(stream);
        return text.ReadToEnd();
    }

    /// <summary>Signals are the process's own affair.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
