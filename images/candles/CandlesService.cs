using StockPipeline.Hosting;
using StockPipeline.Market.Api;
using StockPipeline.Market.Contract;
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
        var gaveUp = false;
        var config = new ConfigTable(client);
        var ingester = new StreamIngester(client, api, market, settings.Interval);
        await Together.RunAsync(stop, config.RunAsync, ending => ingester.RunAsync(
            config, async streams => !(gaveUp = mayRollUp && !await HasStreamsAsync(api, streams, ending)), () => gaveUp = mayRollUp, ending));
        if (gaveUp)
            Log.NoStreamLeft(log, settings.Interval);
        return !gaveUp;
    }

    /// <summary>Asked politely first; where the tariff cannot be had, opening a stream will tell.</summary>
    private static async Task<bool> HasStreamsAsync(InvestApiClient api, int streams, CancellationToken stop)
    {
        try
        {
            var tariff = await api.Users.GetUserTariffAsync(new GetUserTariffRequest(), cancellationToken: stop);
            var limit = tariff.StreamLimits.FirstOrDefault(one => one.Streams.Any(name => name.EndsWith("/MarketDataStream",
                StringComparison.Ordinal)));
            // The minutes need as many, whether they have them yet or not: everything else can be made of them.
            return limit is null || limit.Limit - Math.Max(limit.Open, streams) >= streams;
        }
        catch (InvestApiException)
        {
            return true;
        }
    }
}
