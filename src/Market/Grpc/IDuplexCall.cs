using Google.Protobuf;

namespace StockPipeline.Market.Grpc;

/// <summary>What a call with messages both ways is to those who use it.</summary>
internal interface IDuplexCall<TRequest, TResponse> : IAsyncDisposable
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    /// <exception cref="GrpcException">The call is over; reading tells why.</exception>
    Task WriteAsync(TRequest message, CancellationToken stop);

    /// <summary>The next message, or null when the server has ended the call well.</summary>
    /// <exception cref="GrpcException">The call ended in any other way.</exception>
    ValueTask<TResponse?> ReadAsync(CancellationToken stop);
}
