namespace StockPipeline.Market.Grpc;

/// <summary>A unary call that ended well: its message, and what the headers around it say.</summary>
public sealed record GrpcReply<T>(T Message, GrpcStatus Status);
