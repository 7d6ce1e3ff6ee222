using StockPipeline.Hosting;
using StockPipeline.Market.Api;
using StockPipeline.Market.Errors;
using StockPipeline.Workers;

namespace StockPipeline.Candles;

/// <summary>Ingests the candles of one interval, from a stream of its own or rolled up from the minutes.</summary>
public sealed class CandlesService : IService, IAsyncDisposable
{
    private readonly PipelineClient client;
    private readonly MarketAccess access;
    private readonly CandlesSettings settings;
    private readonly ILogger log;

    private CandlesService(ServiceContext context)
    {
        client = new PipelineClient(context);
        access = new MarketAccess(context);
        settings = CandlesSettings.From(context.Settings);
        log = context.Logger<CandlesService>();
    }

    public static IService Create(ServiceContext context) => new CandlesService(context);

    public async Task RunAsync(CancellationToken stop)
    {
        var market = await access.ClockAsync(stop);
        if (settings.Mode != CandlesMode.Rollup && await StreamAsync(market, stop))
            return;
        await new RollupIngester(client, market, settings.Interval).RunAsync(stop);
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();

    /// <returns>False when the account has no stream left and minutes will do.</returns>
    private async Task<bool> StreamAsync(TimeProvider market, CancellationToken stop)
    {
        using var api = access.Connect(market);
        var mayRollUp = settings.Mode == CandlesMode.Auto;
        var gaveUp = mayRollUp && !await HasStreamLeftAsync(api, stop);
        if (!gaveUp)
        {
            var config = new ConfigTable(client);
            var ingester = new StreamIngester(client, api, market, settings.Interval);
            await Together.RunAsync(stop, config.RunAsync, ending => ingester.RunAsync(config, () => gaveUp = mayRollUp, ending));
        }
        if (gaveUp)
            Log.NoStreamLeft(log, settings.Interval);
        return !gaveUp;
    }

    /// <summary>Asked politely first; where the tariff cannot be had, opening a stream will tell.</summary>
    private static async Task<bool> HasStreamLeftAsync(InvestApiClient api, CancellationToken stop)
    {
        try
        {
            var tariff = await api.Users.GetUserTariffAsync(stop);
            var limit = tariff.StreamLimits.FirstOrDefault(one => one.Streams.Any(name => name.EndsWith("/MarketDataStream",
                StringComparison.Ordinal)));
            return limit is null || limit.Open < limit.Limit;
        }
        catch (InvestApiException unanswered) when (!unanswered.IsTokenRejected)
        {
            return true;
        }
    }
}
