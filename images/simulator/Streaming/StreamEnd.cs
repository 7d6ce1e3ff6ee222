using StockPipeline.Market.Grpc;
using StockPipeline.Simulator.Faults;

namespace StockPipeline.Simulator.Streaming;

/// <summary>Why a stream ends, and how its client gets to know.</summary>
internal sealed record StreamEnd(GrpcStatus Status, DropManner Manner = DropManner.Status)
{
    public bool IsGood => Manner == DropManner.Status && Status.IsOk;

    public override string ToString() => Manner == DropManner.Status ? Status.ToString() : $"{Status} ({Manner})";
}
