using StockPipeline.Hosting;
using StockPipeline.Market.Api;
using StockPipeline.Market.Clock;

namespace StockPipeline.Simulator.Replay;

/// <summary>The recorder as a process: first the history, then the stream until it is stopped.</summary>
public sealed class RecorderService(RecorderOptions options, Uri? marketClock, ServiceContext context) : IService
{
    private const int MaxDays = 3_000;

    public static IService Create(ServiceContext context)
    {
        var settings = context.Settings;
        var source = new InvestApiOptions
        {
            AccessToken = settings.Secret("TOKEN"),
            Host = settings.Optional("INVEST_API_HOST"),
            AllowPlainHttp = settings.Flag("INVEST_API_PLAIN_HTTP", fallback: false),
            ExtraRootCertificates = settings.ExistingFile("INVEST_API_ROOT_CERTIFICATES"),
            NetworkClock = context.Clock,
        };
        var options = new RecorderOptions
        {
            Source = source,
            Folder = settings.Required("RECORD_FOLDER", "the path of the folder to record into"),
            Tickers = settings.Required("RECORD_TICKERS", "tickers of shares, separated by commas")
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Days = settings.WholeNumber("RECORD_DAYS", 5, 0, MaxDays),
            Clock = context.Clock,
            LoggerFactory = context.LoggerFactory,
        };
        var clock = settings.IsSet("MARKET_CLOCK") ? settings.RequiredUrl("MARKET_CLOCK") : null;
        return new RecorderService(options, clock, context);
    }

    public async Task RunAsync(CancellationToken stop)
    {
        var recording = context.Health.Check("recording");
        using var recorder = new Recorder(options with { Clock = await ClockAsync(stop) });
        var shares = await recorder.RecordSharesAsync(stop);
        await recorder.RecordHistoryAsync(shares, stop);
        recording.Ready("the history is written, the stream is recorded");
        await recorder.RecordStreamAsync(shares, stop);
    }

    private async Task<TimeProvider> ClockAsync(CancellationToken stop)
    {
        if (marketClock is null)
            return context.Clock;
        using var http = new HttpClient();
        return await SimulatedClock.FollowAsync(http, marketClock, context.Clock, stop);
    }
}
