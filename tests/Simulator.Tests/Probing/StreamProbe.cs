using Grpc.Core;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Errors;
using StockPipeline.Testing;

namespace StockPipeline.SimulatorTests.Probing;

/// <summary>One open market-data stream.</summary>
internal sealed class StreamProbe(
    IClientStreamWriter<MarketDataRequest>? requests, IAsyncStreamReader<MarketDataResponse> replies, IDisposable call) : IDisposable
{
    public Task SendAsync(MarketDataRequest request) => requests!.WriteAsync(request);

    /// <summary>The next message, or null at the end of the stream.</summary>
    public async Task<MarketDataResponse?> ReadAsync() =>
        await replies.MoveNext(CancellationToken.None).WaitAsync(Eventually.Patience, TimeProvider.System) ? replies.Current : null;

    /// <summary>Skips what does not match.</summary>
    public async Task<MarketDataResponse> ReadUntilAsync(Func<MarketDataResponse, bool> matches)
    {
        while (await ReadAsync() is { } message)
        {
            if (matches(message))
                return message;
        }
        throw new InvalidDataException("The stream has ended before.");
    }

    /// <summary>Reads on to the end and tells how the stream ended.</summary>
    public async Task<CallStatus> EndAsync()
    {
        try
        {
            while (await ReadAsync() is not null)
            {
            }
            return new CallStatus(StatusCode.OK);
        }
        catch (RpcException ended)
        {
            return CallStatus.Of(ended);
        }
    }

    public void Dispose() => call.Dispose();
}
