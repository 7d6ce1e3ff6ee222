using System.IO.Pipelines;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Grpc;
using StockPipeline.Testing;

namespace StockPipeline.SimulatorTests.Probing;

/// <summary>One open market-data stream.</summary>
internal sealed class StreamProbe(HttpResponseMessage response, PipeWriter requests, Stream replies) : IAsyncDisposable
{
    private readonly GrpcFrameReader<MarketDataResponse> reader =
        new(PipeReader.Create(replies), MarketDataResponse.Parser, GrpcLimits.StreamMessageBytes);

    public async Task SendAsync(MarketDataRequest request)
    {
        GrpcFrame.Write(requests, request);
        await requests.FlushAsync();
    }

    /// <summary>The next message, or null at the end of the stream.</summary>
    public async Task<MarketDataResponse?> ReadAsync()
    {
        using var patience = new CancellationTokenSource(Eventually.Patience, TimeProvider.System);
        return await reader.ReadAsync(patience.Token);
    }

    /// <summary>Skips what does not match.</summary>
    public async Task<MarketDataResponse> ReadUntilAsync(Func<MarketDataResponse, bool> matches)
    {
        while (await ReadAsync() is { } message)
        {
            if (matches(message))
                return message;
        }
        throw new InvalidDataException($"The stream ended before: {EndStatus()}");
    }

    /// <summary>Reads on to the end and tells how the stream ended.</summary>
    public async Task<GrpcStatus> EndAsync()
    {
        while (await ReadAsync() is not null)
        {
        }
        return EndStatus();
    }

    public ValueTask DisposeAsync()
    {
        requests.Complete();
        response.Dispose();
        return ValueTask.CompletedTask;
    }

    private GrpcStatus EndStatus() => ApiProbe.Status(response);
}
