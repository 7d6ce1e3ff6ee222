using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Market.Api;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Errors;
using StockPipeline.Market.Limits;

namespace StockPipeline.Simulator.Replay;

/// <summary>
/// Records shares from the T-Invest API or a simulator into a folder that a simulator can replay: the listings, days of history in the format
/// of the minute archive, and the stream of minute candles as it comes.
/// </summary>
public sealed class Recorder : IDisposable
{
    private const string Board = "TQBR";

    private readonly RecorderOptions options;
    private readonly InvestApiClient api;
    private readonly ILogger log;

    public Recorder(RecorderOptions options)
    {
        this.options = options;
        api = new InvestApiClient(
            options.Source, new InProcessQuota(options.Source.NetworkClock), options.LoggerFactory.CreateLogger<InvestApiClient>());
        log = options.LoggerFactory.CreateLogger<Recorder>();
    }

    public void Dispose() => api.Dispose();

    /// <summary>Finds the shares and writes them down.</summary>
    /// <exception cref="InvalidDataException">A ticker is not listed.</exception>
    public async Task<IReadOnlyList<Share>> RecordSharesAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Folder);
        var listed = await api.Instruments.SharesAsync(
            new InstrumentsRequest { InstrumentStatus = InstrumentStatus.Base }, cancellationToken: cancellationToken);
        var all = listed.Instruments.Where(share => share.ClassCode == Board)
            .ToDictionary(share => share.Ticker, StringComparer.OrdinalIgnoreCase);
        var shares = options.Tickers.Select(ticker => all.GetValueOrDefault(ticker)
            ?? throw new InvalidDataException($"The source has no share {ticker} on the board {Board}.")).ToList();
        var listings = shares.Select(share => new RecordedListing(
            share.Ticker, share.ClassCode, share.Figi, share.Uid, share.Isin, share.Name, share.Currency, share.Lot, Text(share.MinPriceIncrement),
            share.Exchange));
        var json = JsonSerializer.Serialize(listings, RecordingFiles.Json);
        await File.WriteAllTextAsync(Path.Combine(options.Folder, RecordingFiles.Listings), json, cancellationToken);
        return shares;
    }

    /// <summary>Writes a file for each share and day with trades, of the days before today.</summary>
    public async Task RecordHistoryAsync(IReadOnlyList<Share> shares, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(options.Clock.GetUtcNow().UtcDateTime);
        foreach (var share in shares)
        {
            var recorded = 0;
            for (var day = today.AddDays(-options.Days); day < today; day = day.AddDays(1))
                recorded += await RecordDayAsync(share, day, cancellationToken);
            Log.Recorded(log, recorded, share.Ticker);
        }
    }

    /// <summary>Writes the messages of the stream until stop is asked for; a stream that ends is opened again.</summary>
    public async Task RecordStreamAsync(IReadOnlyList<Share> shares, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"stream-{options.Clock.GetUtcNow():yyyyMMdd'T'HHmmss}.jsonl");
        await using var file = new StreamWriter(Path.Combine(options.Folder, name), append: true, new UTF8Encoding(false)) { AutoFlush = true };
        var backoff = new Backoff(BackoffLimits.Patient, options.Source.NetworkClock);
        try
        {
            while (true)
            {
                await RecordConnectionAsync(shares, file, backoff, cancellationToken);
                await backoff.PauseAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // That is how a recording ends.
        }
    }

    /// <summary>Returns when the connection is lost; a token that is refused is no matter of patience.</summary>
    private async Task RecordConnectionAsync(IReadOnlyList<Share> shares, StreamWriter file, Backoff backoff, CancellationToken cancellationToken)
    {
        try
        {
            using var call = api.Streams.MarketDataStream(cancellationToken: cancellationToken);
            await call.RequestStream.WriteAsync(Subscription(shares), cancellationToken);
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                backoff.Succeeded();
                if (call.ResponseStream.Current.Candle is { } candle)
                    await file.WriteLineAsync($"{{\"at\":\"{options.Clock.GetUtcNow():O}\",\"candle\":{JsonFormatter.Default.Format(candle)}}}");
            }
            Log.RecordingInterrupted(log, "the source has ended it");
        }
        catch (RpcException lost)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var status = CallStatus.Of(lost);
            if (ErrorTable.Judge(status).Action == ErrorAction.Blocked)
                throw new InvestApiException(status, lost);
            Log.RecordingInterrupted(log, status.ToString());
        }
    }

    private async Task<int> RecordDayAsync(Share share, DateOnly day, CancellationToken cancellationToken)
    {
        var midnight = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        var reply = await api.MarketData.GetCandlesAsync(
            new GetCandlesRequest
            {
                InstrumentId = share.Uid, Interval = CandleInterval._1Min, From = midnight.ToTimestamp(), To = midnight.AddDays(1).ToTimestamp(),
                CandleSourceType = GetCandlesRequest.Types.CandleSource.Exchange,
            },
            cancellationToken: cancellationToken);
        var text = new StringBuilder();
        foreach (var candle in reply.Candles.Where(candle => candle.IsComplete))
        {
            text.Append(CultureInfo.InvariantCulture, $"{share.Uid};{candle.Time.ToDateTimeOffset():yyyy-MM-dd'T'HH:mm:ss'Z'};{Text(candle.Open)};")
                .Append(CultureInfo.InvariantCulture, $"{Text(candle.Close)};{Text(candle.High)};{Text(candle.Low)};{candle.Volume};\n");
        }
        if (text.Length > 0)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{share.Uid}_{day:yyyyMMdd}.csv");
            await File.WriteAllTextAsync(Path.Combine(options.Folder, name), text.ToString(), cancellationToken);
        }
        return reply.Candles.Count;
    }

    private static MarketDataRequest Subscription(IReadOnlyList<Share> shares)
    {
        var request = new SubscribeCandlesRequest
        {
            SubscriptionAction = SubscriptionAction.Subscribe, CandleSourceType = GetCandlesRequest.Types.CandleSource.Exchange,
        };
        request.Instruments.AddRange(shares.Select(share => new CandleInstrument
        {
            InstrumentId = share.Uid, Interval = SubscriptionInterval.OneMinute,
        }));
        return new MarketDataRequest { SubscribeCandlesRequest = request };
    }

    private static string Text(Quotation price) => Price.FromUnits(price.Units, price.Nano).ToString();
}

/// <summary>Says what is recorded, from where and into which folder.</summary>
public sealed record RecorderOptions
{
    /// <summary>The source: the T-Invest API, or a simulator of it.</summary>
    public required InvestApiOptions Source { get; init; }

    /// <summary>Is made where it is not there.</summary>
    public required string Folder { get; init; }

    /// <summary>Shares of the board TQBR.</summary>
    public required IReadOnlyList<string> Tickers { get; init; }

    /// <summary>Days of history before today.</summary>
    public int Days { get; init; }

    /// <summary>Market time of the source.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public ILoggerFactory LoggerFactory { get; init; } = Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance;
}
