using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Threading.Channels;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using StockPipeline.Market.Contract;

namespace StockPipeline.Bench.Market;

/// <summary>
/// A server of the market-data stream that confirms whatever is subscribed and then sends candles as fast as they are taken: encoded once, for
/// it is the client that is measured.
/// </summary>
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
        builder.Services.AddGrpc();
        var web = builder.Build();
        web.MapGrpcService<Streams>();
        await web.StartAsync();
        return new CandleFirehose(web);
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero, TimeProvider.System);
        await web.StopAsync(atOnce.Token);
        await web.DisposeAsync();
    }

    internal sealed class Streams : MarketDataStreamService.MarketDataStreamServiceBase
    {
        public override async Task MarketDataStream(
            IAsyncStreamReader<MarketDataRequest> requestStream, IServerStreamWriter<MarketDataResponse> responseStream, ServerCallContext context)
        {
            var subscribed = new List<CandleInstrument>();
            var replies = Channel.CreateUnbounded<MarketDataResponse>();
            var reading = ReadAsync(requestStream, subscribed, replies.Writer);
            var raw = context.GetHttpContext().Response.BodyWriter;
            var batch = new ArrayBufferWriter<byte>();
            var batched = 0;
            try
            {
                while (!context.CancellationToken.IsCancellationRequested)
                {
                    if (batched == 0)
                        await replies.Reader.WaitToReadAsync(context.CancellationToken);
                    while (replies.Reader.TryRead(out var reply))
                        await responseStream.WriteAsync(reply);
                    CandleInstrument[] wanted;
                    lock (subscribed)
                        wanted = [.. subscribed.Skip(batched)];
                    foreach (var instrument in wanted)
                        Frame(batch, CandleOf(instrument));
                    batched += wanted.Length;
                    raw.Write(batch.WrittenSpan);
                    await raw.FlushAsync(context.CancellationToken);
                }
            }
            catch (OperationCanceledException)
            {
                // The client has had enough.
            }
            await reading;
        }

        private static async Task ReadAsync(
            IAsyncStreamReader<MarketDataRequest> requests, List<CandleInstrument> subscribed, ChannelWriter<MarketDataResponse> replies)
        {
            try
            {
                while (await requests.MoveNext(CancellationToken.None))
                {
                    lock (subscribed)
                    {
                        if (requests.Current.SubscribeCandlesRequest is { } wish)
                        {
                            replies.TryWrite(Confirm(wish.Instruments));
                            subscribed.AddRange(wish.Instruments);
                        }
                        else if (requests.Current.GetMySubscriptions is not null)
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
    }

    /// <summary>One byte that tells compression, four of length, the message.</summary>
    private static void Frame(ArrayBufferWriter<byte> output, MarketDataResponse message)
    {
        var header = output.GetSpan(5);
        header[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)message.CalculateSize());
        output.Advance(5);
        message.WriteTo(output);
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
