using Microsoft.AspNetCore.Http.HttpResults;
using StockPipeline.Gateway.Feed;

namespace StockPipeline.Gateway.Rest;

/// <summary>One price of a pair at a source, with how old it is and whether it still counts.</summary>
internal sealed record RateAnswer(
    string Pair, string Source, string Symbol, decimal Price, decimal? Bid, decimal? Ask, string Kind, string Status, DateTimeOffset Time,
    double AgeSeconds, bool Fresh);

/// <summary>Rates of exchange as they stand.</summary>
internal sealed class RatePages(MarketTables tables, TimeProvider market)
{
    private const int MaxRates = 5_000;

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/rates", Rates).WithName("rates").WithTags("rates")
        .WithSummary("The newest price of each pair at each source; query looks in the pair. What is old says so.");

    private Ok<IReadOnlyList<RateAnswer>> Rates(string? query)
    {
        var now = market.GetUtcNow();
        return TypedResults.Ok<IReadOnlyList<RateAnswer>>(
        [
            .. tables.Rates.All.Where(rate => query is null || rate.Pair.ToString().Contains(query, StringComparison.OrdinalIgnoreCase))
                .Take(MaxRates)
                .Select(rate => new RateAnswer(
                    rate.Pair.ToString(), rate.Source, rate.Symbol, Plain(rate.Price)!.Value, Plain(rate.Bid), Plain(rate.Ask), Text(rate.Kind),
                    Text(rate.Status), rate.EventTime, Math.Max(0, Math.Round((now - rate.EventTime).TotalSeconds, 1)), rate.IsFresh(now))),
        ]);
    }

    /// <summary>Without the zeros that a topic's eighteen places leave behind.</summary>
    private static decimal? Plain(decimal? price) => price / 1.0000000000000000000000000000m;

    private static string Text<T>(T symbol)
        where T : struct, Enum => symbol.ToString().ToLowerInvariant();
}
