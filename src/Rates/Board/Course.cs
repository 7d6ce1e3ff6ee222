using StockPipeline.Contracts.Rates;

namespace StockPipeline.Rates.Board;

/// <summary>One price of an asked pair: of a source, or made of several.</summary>
/// <param name="Exchanger">The source that prices what was asked for.</param>
/// <param name="Value">The price.</param>
/// <param name="Bid">What somebody pays, where it is known.</param>
/// <param name="Ask">What somebody takes, where it is known.</param>
/// <param name="EventTime">When it was true; of several the oldest.</param>
/// <param name="FreshUntil">From then on it is stale.</param>
/// <param name="Path">The pairs it is made of.</param>
/// <param name="Sources">Where each of them is from.</param>
/// <param name="Rank">How direct it is: 0 as asked, 1 the other way round, 2 over a third asset, 3 with a dollar token taken for a dollar.</param>
/// <param name="Priority">Of the source.</param>
public sealed record Course(
    string Exchanger, decimal Value, decimal? Bid, decimal? Ask, DateTimeOffset EventTime, DateTimeOffset FreshUntil,
    IReadOnlyList<RatePair> Path, IReadOnlyList<string> Sources, int Rank, int Priority)
{
    public const int Pegged = 3;

    /// <summary>A price this old is not served any more.</summary>
    public static readonly TimeSpan DeadAfter = TimeSpan.FromMinutes(15);

    /// <summary>A dollar token was taken for a dollar, for nothing better is known.</summary>
    public bool PegAssumed => Rank == Pegged;

    /// <summary>From then on it is served no longer: it is neither fresh nor young.</summary>
    public DateTimeOffset DeadFrom => EventTime + DeadAfter > FreshUntil ? EventTime + DeadAfter : FreshUntil;

    public bool IsFresh(DateTimeOffset now) => now <= FreshUntil;

    public bool IsDead(DateTimeOffset now) => now > DeadFrom;
}
