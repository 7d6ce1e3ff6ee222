using System.Buffers;
using System.Net;
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Grpc;

namespace StockPipeline.Bench.Market;

/// <summary>A server of the market-data stream that confirms whatever is subscribed and then sends candles as fast as they are taken.</summary>
internal sealed class CandleFirehose : IAsyncDisposable
{
    private readonly WebApplication web;

    private CandleFirehose(WebApplication web) => this.web = web;

    public Uri Address => new(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<CandleFirehose> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        var web = builder.Build();
        web.Run(ServeAsync);
        await web.StartAsync();
        return new CandleFirehose(web);
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero, TimeProvider.System);
        await web.StopAsync(atOnce.Token);
        await web.DisposeAsync();
    }

    private static async Task ServeAsync(HttpContext context)
    {
        context.Response.ContentType = GrpcHeaders.ContentType;
        var subscribed = new List<CandleInstrument>();
        var replies = Channel.CreateUnbounded<MarketDataResponse>();
        var reading = ReadAsync(context, subscribed, replies.Writer);
        var batch = new ArrayBufferWriter<byte>();
        var batched = 0;
        try
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                if (batched == 0)
                    await replies.Reader.WaitToReadAsync(context.RequestAborted);
                while (replies.Reader.TryRead(out var reply))
                    GrpcFrame.Write(context.Response.BodyWriter, reply);
                CandleInstrument[] wanted;
                lock (subscribed)
                    wanted = [.. subscribed.Skip(batched)];
                foreach (var instrument in wanted)
                    GrpcFrame.Write(batch, CandleOf(instrument));
                batched += wanted.Length;
                context.Response.BodyWriter.Write(batch.WrittenSpan);
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The client has had enough.
        }
        await reading;
    }

    private static async Task ReadAsync(HttpContext context, List<CandleInstrument> subscribed, ChannelWriter<MarketDataResponse> replies)
    {
        var requests = new GrpcFrameReader<MarketDataRequest>(context.Request.BodyReader, MarketDataRequest.Parser, GrpcLimits.RequestMessageBytes);
        try
        {
            while (await requests.ReadAsync(context.RequestAborted) is { } request)
            {
                lock (subscribed)
                {
                    if (request.PayloadCase == MarketDataRequest.PayloadOneofCase.SubscribeCandlesRequest)
                    {
                        replies.TryWrite(Confirm(request.SubscribeCandlesRequest.Instruments));
                        subscribed.AddRange(request.SubscribeCandlesRequest.Instruments);
                    }
                    else if (request.PayloadCase == MarketDataRequest.PayloadOneofCase.GetMySubscriptions)
                    {
                        replies.TryWrite(Confirm(subscribed));
                    }
                }
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The client has had enough.
        }
    }

    private static MarketDataResponse Confirm(IEnumerable<CandleInstrument> instruments) => new()
    {
        SubscribeCandlesResponse = new SubscribeCandlesResponse
        {
            CandlesSubscriptions =
            {
                instruments.Select(one => new CandleSubscription
                {
                    Figi = one.InstrumentId, InstrumentUid = one.InstrumentId, Interval = one.Interval,
                        SubscriptionStatus = SubscriptionStatus.Success,
                }),
            },
        },
    };

    private static MarketDataResponse CandleOf(CandleInstrument instrument) => new()
    {
        Candle = new Candle
        {
            Figi = "BBG004730N88",
            InstrumentUid = instrument.InstrumentId,
            Ticker = "SBER",
            ClassCode = "TQBR",
            Interval = instrument.Interval,
            Open = new Quotation { Units = 270, Nano = 110_000_000 },
            High = new Quotation { Units = 271, Nano = 20_000_000 },
            Low = new Quotation { Units = 269, Nano = 990_000_000 },
            Close = new Quotation { Units = 270, Nano = 500_000_000 },
            Volume = 123_456,
            VolumeBuy = 61_728,
            VolumeSell = 61_728,
            Time = new Timestamp { Seconds = 1_772_535_600 },
            LastTradeTs = new Timestamp { Seconds = 1_772_535_630, Nanos = 123_000_000 },
            CandleSourceType = CandleSource.Exchange,
        },
    };
}
