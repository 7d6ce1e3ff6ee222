using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Market.Api;
using StockPipeline.Market.Clock;

namespace StockPipeline.Simulator.Replay;

/// <summary>Holds the variables RECORD_* and where the source is.</summary>
internal sealed class RecorderSettings : IValidatableObject
{
    private const int MaxDays = 3_000;

    [ConfigurationKeyName("TOKEN")]
    public Secret? Token { get; set; }

    [ConfigurationKeyName("INVEST_API_HOST")]
    public string? Host { get; set; }

    [ConfigurationKeyName("INVEST_API_PLAIN_HTTP")]
    public bool PlainHttp { get; set; }

    [ConfigurationKeyName("INVEST_API_ROOT_CERTIFICATES"), ExistingFile]
    public string? RootCertificates { get; set; }

    [ConfigurationKeyName("MARKET_CLOCK")]
    public Uri? MarketClock { get; set; }

    [ConfigurationKeyName("RECORD_FOLDER"), Required, Allowed("the path of the folder to record into")]
    public string Folder { get; set; } = "";

    [ConfigurationKeyName("RECORD_TICKERS"), Required, Allowed("tickers of shares, separated by commas")]
    public string Tickers { get; set; } = "";

    [ConfigurationKeyName("RECORD_DAYS"), Range(0, MaxDays)]
    public int Days { get; set; } = 5;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string? wrong = null;
        try
        {
            _ = Source(TimeProvider.System).Address;
        }
        catch (InvalidOperationException refused)
        {
            // It names the host as it was given, control characters and all: a line stays a line.
            wrong = string.Concat(refused.Message.Select(letter => char.IsControl(letter) ? '?' : letter));
        }
        if (wrong is not null)
            yield return new ValidationResult(wrong, [nameof(Host)]);
    }

    public InvestApiOptions Source(TimeProvider clock) => new()
    {
        AccessToken = Token, Host = Host, AllowPlainHttp = PlainHttp, ExtraRootCertificates = RootCertificates, NetworkClock = clock,
    };
}

/// <summary>Records as a process: first the history, then the stream until it is stopped.</summary>
internal sealed class RecorderWorker(IOptions<RecorderSettings> settings, Health health, ServiceLoggerFactory logs, TimeProvider clock)
    : PipelineWorker
{
    private readonly HealthCheck recording = health.Check("recording");

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var wanted = settings.Value;
        using var recorder = new Recorder(new RecorderOptions
        {
            Source = wanted.Source(clock),
            Folder = wanted.Folder,
            Tickers = wanted.Tickers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Days = wanted.Days,
            Clock = await ClockAsync(wanted.MarketClock, cancellationToken),
            LoggerFactory = logs,
        });
        var shares = await recorder.RecordSharesAsync(cancellationToken);
        await recorder.RecordHistoryAsync(shares, cancellationToken);
        recording.Ready("the history is written, the stream is recorded");
        await recorder.RecordStreamAsync(shares, cancellationToken);
    }

    private async Task<TimeProvider> ClockAsync(Uri? market, CancellationToken cancellationToken)
    {
        if (market is null)
            return clock;
        using var http = new HttpClient();
        return await SimulatedClock.FollowAsync(http, market, clock, cancellationToken);
    }
}
