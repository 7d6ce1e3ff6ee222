using Google.Protobuf;

namespace StockPipeline.Market.Grpc;

/// <summary>One method of a service, for those who need not know its types.</summary>
public interface IGrpcMethod
{
    /// <summary>The service's name with its package.</summary>
    string Service { get; }

    string Name { get; }

    /// <summary>The HTTP path of the method.</summary>
    string Path { get; }

    bool ClientStreams { get; }

    bool ServerStreams { get; }

    MessageParser RequestParser { get; }

    MessageParser ResponseParser { get; }
}
