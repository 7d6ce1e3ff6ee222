using Microsoft.AspNetCore.Http.HttpResults;
using StockPipeline.Gateway.Feed;

namespace StockPipeline.Gateway.Rest;

/// <summary>One price of a pair at a source, with how old it is and whether it still counts.</summary>
internal sealed record RateAnswer(
    string Pair, string Source, string Symbol, decimal Price, decimal? Bid, decimal? Ask, string Kind, string Status, DateTimeOffset Time,
    double AgeSeconds, bool Fresh);

/// <summary>Rates of exchange as they stand.</summary>
internal sealed class RatePages(MarketTables tables, TimeProvider clock)
{
    private const int MaxRates = 5_000;

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/rates", Rates).WithName("rates").WithTags("rates")
        .WithSummary("The newest price of each pair at each source; query looks in the pair. What is old says so.");

    private Ok<IReadOnlyList<RateAnswer>> Rates(string? query)
    {
        var now = clock.GetUtcNow();
        return TypedResults.Ok<IReadOnlyList<RateAnswer>>(
        [
            .. tables.Rates.All.Where(rate => query is null || rate.Pair.ToString().Contains(query, StringComparison.OrdinalIgnoreCase))
                .Take(MaxRates)
                .Select(rate => new RateAnswer(rate.Pair.ToString(), rate.Source, rate.Symbol, rate.Price, rate.Bid, rate.Ask, Text(rate.Kind),
                    Text(rate.Status), rate.EventTime, Math.Max(0, Math.Round((now - rate.EventTime).TotalSeconds, 1)), rate.IsFresh(now))),
        ]);
    }

    private static string Text<T>(T symbol)
        where T : struct, Enum => symbol.ToString().ToLowerInvariant();
}
