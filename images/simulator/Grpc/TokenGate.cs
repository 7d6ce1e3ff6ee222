using StockPipeline.Simulator.Api;

namespace StockPipeline.Simulator.Grpc;

/// <summary>Lets in who brings one of the tokens that are configured; where none is, anybody.</summary>
internal sealed class TokenGate(IReadOnlySet<string> tokens)
{
    private const string Scheme = "Bearer ";

    /// <summary>The token of a request.</summary>
    /// <exception cref="StockPipeline.Market.Grpc.GrpcException">It is missing or wrong.</exception>
    public string Check(string? authorization)
    {
        var token = authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true ? authorization[Scheme.Length..].Trim() : "";
        return tokens.Count == 0 || tokens.Contains(token) ? token : throw ApiErrors.WrongToken();
    }
}
