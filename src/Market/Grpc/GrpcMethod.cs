using Google.Protobuf;

namespace StockPipeline.Market.Grpc;

/// <summary>One method of a service with the types of both directions; client and server use the same description.</summary>
public sealed class GrpcMethod<TRequest, TResponse>(
    string service, string name, MessageParser<TRequest> request, MessageParser<TResponse> response) : IGrpcMethod
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    public string Service { get; } = service;

    public string Name { get; } = name;

    public string Path { get; } = $"/{service}/{name}";

    public bool ClientStreams { get; init; }

    public bool ServerStreams { get; init; }

    public MessageParser<TRequest> RequestParser { get; } = request;

    public MessageParser<TResponse> ResponseParser { get; } = response;

    MessageParser IGrpcMethod.RequestParser => RequestParser;

    MessageParser IGrpcMethod.ResponseParser => ResponseParser;

    public override string ToString() => Path;
}
