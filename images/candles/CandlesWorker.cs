using Microsoft.Extensions.Options;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Market.Api;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Errors;
using StockPipeline.Workers;

namespace StockPipeline.Candles;

/// <summary>Ingests the candles of one interval, from a stream of its own or rolled up from the minutes.</summary>
internal sealed class CandlesWorker(IOptions<CandlesOptions> options, PipelineClient client, MarketAccess access, ILogger<CandlesWorker> log)
    : PipelineWorker
{
    private readonly CandlesOptions settings = options.Value;

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var market = await access.ClockAsync(cancellationToken);
        if (settings.OwnMode != CandlesMode.Rollup && await StreamAsync(market, cancellationToken))
            return;
        var config = new ConfigTable(client);
        await Together.RunAsync(cancellationToken, config.RunAsync, new RollupIngester(client, market, settings.OwnInterval, config).RunAsync);
    }

    /// <returns>False when the account has no stream left and minutes will do.</returns>
    private async Task<bool> StreamAsync(TimeProvider market, CancellationToken stop)
    {
        using var api = access.Connect(market);
        var mayRollUp = settings.OwnMode == CandlesMode.Auto;
        var gaveUp = false;
        var config = new ConfigTable(client);
        var ingester = new StreamIngester(client, api, market, settings.OwnInterval);
        await Together.RunAsync(stop, config.RunAsync, ending => ingester.RunAsync(
            config, async streams => !(gaveUp = mayRollUp && !await HasStreamsAsync(api, streams, ending)), () => gaveUp = mayRollUp, ending));
        if (gaveUp)
            Log.NoStreamLeft(log, settings.OwnInterval);
        return !gaveUp;
    }

    /// <summary>Asked politely first; where the tariff cannot be had, opening a stream will tell.</summary>
    private async Task<bool> HasStreamsAsync(InvestApiClient api, int streams, CancellationToken stop)
    {
        try
        {
            var tariff = await api.Users.GetUserTariffAsync(new GetUserTariffRequest(), cancellationToken: stop);
            var limit = tariff.StreamLimits.FirstOrDefault(one => one.Streams.Any(name => name.EndsWith("/MarketDataStream",
                StringComparison.Ordinal)));
            return limit is null || StreamShares.Allows(settings.OwnInterval, streams, limit.Limit, limit.Open);
        }
        catch (InvestApiException)
        {
            return true;
        }
    }
}

public static class CandlesRegistration
{
    public static ServiceRegistration AddCandles(this IHostApplicationBuilder builder,
        string name = "candles", params IEnumerable<Setting> settings) =>
        builder.AddService<CandlesWorker>(name, settings).WithOptions<CandlesOptions>().WithPipelineClient().WithMarketAccess();
}
