using StockPipeline.Contracts.Time;
using StockPipeline.Gateway.Feed;
using StockPipeline.Gateway.People;

namespace StockPipeline.Gateway.Rest;

/// <summary>What a page has to know before it begins: whether to log in, and what there is to look at.</summary>
internal sealed class AboutPages(MarketTables tables, Gatekeeper gatekeeper, string source, TimeProvider market)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/about", (Delegate)AboutAsync).WithName("about").WithTags("people")
            .WithSummary("Who asks, whether accounts are needed, and which streams and intervals there are.");
        routes.MapGet("/api/streams", () => TypedResults.Ok<IReadOnlyList<StreamAnswer>>([.. tables.Streams.Select(StreamAnswer.Of)]))
            .WithName("streams").WithTags("series").WithSummary("Candles and every indicator that is calculated, with the lines of each.");
    }

    private async Task<AboutAnswer> AboutAsync(HttpContext http)
    {
        var who = await gatekeeper.WhoAsync(http);
        return new AboutAnswer(
            gatekeeper.Mode == AuthMode.Password ? "password" : "off", who?.Name, gatekeeper.Accounts is not null, source,
            [.. Interval.All.Select(interval => interval.Name)], [.. tables.Streams.Select(StreamAnswer.Of)],
            market.GetUtcNow());
    }
}
