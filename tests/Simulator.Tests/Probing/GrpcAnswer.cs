using StockPipeline.Market.Grpc;

namespace StockPipeline.SimulatorTests.Probing;

internal sealed record GrpcAnswer(GrpcStatus Status, HttpResponseMessage Response, byte[] Body)
{
    /// <summary>From the headers or the trailers.</summary>
    public string? Header(string name) => ApiProbe.Header(Response.Headers, name) ?? ApiProbe.Header(Response.TrailingHeaders, name);
}
