using System.Net;
using Microsoft.Extensions.Options;
using Npgsql;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.RatesService.Candles;
using StockPipeline.RatesService.Links;
using StockPipeline.RatesService.Publishing;
using StockPipeline.RatesService.Rows;
using StockPipeline.RatesService.Sharing;
using StockPipeline.Rates.Sources;
using StockPipeline.Workers;

namespace StockPipeline.RatesService;

public static class RatesRegistration
{
    /// <summary>Adds a collector of rates to the process.</summary>
    public static void AddRates(this IHostApplicationBuilder builder, string name = "rates", params IEnumerable<Setting> settings) =>
        builder.AddService<RatesWorker>(name, settings).WithOptions<RatesOptions>().WithPipelineClient()
            .With(services => services.GetRequiredService<IOptions<RatesOptions>>().Value.Hosts)
            .With(_ => ModuleCatalog.Default)
            .With(_ => Http())
            .With(Store)
            .With(Leases)
            .With<RowFollower>()
            .With<PublishedRates>()
            .With<CrossWishes>()
            .With<RatePublisher>();

    private static ITradeInfoStore Store(IServiceProvider services) => Address(services) is { } address
        ? new PostgresRows(NpgsqlDataSource.Create(address.ConnectionString), services.GetRequiredService<ILogger<PostgresRows>>())
        : new UsualRows(services.GetRequiredService<ILogger<UsualRows>>());

    private static ILeases Leases(IServiceProvider services)
    {
        if (Address(services) is not { } address)
            return new LoneLeases();
        // Without a pool: a lock lives as long as its connection, which a pool would keep open.
        (address.Pooling, address.KeepAlive) = (false, 10);
        return new PostgresLeases(
            NpgsqlDataSource.Create(address.ConnectionString), services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<PostgresLeases>>());
    }

    private static NpgsqlConnectionStringBuilder? Address(IServiceProvider services) =>
        services.GetRequiredService<IOptions<RatesOptions>>().Value.Connection is { } connection
            ? new NpgsqlConnectionStringBuilder(connection) { ApplicationName = "stockpipeline-rates", MaxPoolSize = 4 }
            : null;

    private static HttpClient Http()
    {
        var http = new HttpClient(new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.All, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.UserAgent.ParseAdd(LinkContext.UserAgent);
        return http;
    }
}
