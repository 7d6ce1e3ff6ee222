using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using StockPipeline.Alerts;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Rates;
using StockPipeline.Gateway.Feed;
using StockPipeline.Gateway.People;
using StockPipeline.Gateway.Rest;
using StockPipeline.Gateway.Tasks;
using StockPipeline.Rates.Board;

namespace StockPipeline.Gateway.Alerts;

/// <summary>Rules and events of whoever asks, and codes that link a chat with the bot.</summary>
internal sealed class AlertPages(AlertTable alerts, MarketTables tables, TimeProvider market)
{
    private const int CodeLetters = 8;
    private const int UsualEvents = 100;

    /// <summary>Letters and digits that nobody takes for others.</summary>
    private const string CodeAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private static readonly TimeSpan CodeHolds = TimeSpan.FromMinutes(10);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/alerts", Rules).WithName("alerts").WithTags("alerts").WithSummary("The rules of whoever asks, the newest first.");
        routes.MapGet("/api/alerts/{id}", Rule).WithName("alert").WithTags("alerts").WithSummary("One rule.");
        routes.MapPost("/api/alerts", AddAsync).WithName("add-alert").WithTags("alerts")
            .WithSummary("Adds a rule, in words as the bot takes them: '> 300 repeat', '-3% 1h', 'macd up 1h'.");
        routes.MapPut("/api/alerts/{id}", ChangeAsync).WithName("change-alert").WithTags("alerts")
            .WithSummary("Puts another rule in the place of one; it counts from now.");
        routes.MapDelete("/api/alerts/{id}", RemoveAsync).WithName("remove-alert").WithTags("alerts").WithSummary("Ends a rule.");
        routes.MapGet("/api/alert-events", Events).WithName("alert-events").WithTags("alerts")
            .WithSummary("What happened, the newest word first; what was withdrawn says so.");
        routes.MapPost("/api/telegram-code", (Delegate)LinkAsync).WithName("telegram-code").WithTags("alerts")
            .WithSummary("A code for the bot, which links a chat to whoever asks; good once and for ten minutes.");
    }

    private Ok<IReadOnlyList<AlertAnswer>> Rules(HttpContext http) =>
        TypedResults.Ok<IReadOnlyList<AlertAnswer>>([.. alerts.RulesOf(Owner(http)).Select(rule => AlertAnswer.Of(rule, IsRussian(http)))]);

    private Results<Ok<AlertAnswer>, NotFound> Rule(HttpContext http, string id) =>
        alerts.Rule(new AlertKey(Owner(http), id)) is { } rule ? TypedResults.Ok(AlertAnswer.Of(rule, IsRussian(http))) : TypedResults.NotFound();

    private async Task<Results<Created<AlertAnswer>, ProblemHttpResult>> AddAsync(HttpContext http, AlertWish wish)
    {
        if (alerts.RulesOf(Owner(http)).Count >= AlertLimits.MostRules)
            return Problem.Of(StatusCodes.Status409Conflict, "too-many-alerts", $"There can be no more than {AlertLimits.MostRules} rules.");
        var key = new AlertKey(Owner(http), Guid.CreateVersion7(market.GetUtcNow()).ToString("N", CultureInfo.InvariantCulture));
        if (Read(wish, key, out var rule) is { } problem)
            return problem;
        return await alerts.PutAsync(key, rule, http.RequestAborted)
            ? TypedResults.Created($"/api/alerts/{key.Id}", AlertAnswer.Of(rule!, IsRussian(http)))
            : NotReady();
    }

    private async Task<Results<Ok<AlertAnswer>, NotFound, ProblemHttpResult>> ChangeAsync(HttpContext http, string id, AlertWish wish)
    {
        var key = new AlertKey(Owner(http), id);
        if (alerts.Rule(key) is null)
            return TypedResults.NotFound();
        if (Read(wish, key, out var rule) is { } problem)
            return problem;
        return await alerts.PutAsync(key, rule, http.RequestAborted) ? TypedResults.Ok(AlertAnswer.Of(rule!, IsRussian(http))) : NotReady();
    }

    private async Task<Results<NoContent, NotFound, ProblemHttpResult>> RemoveAsync(HttpContext http, string id)
    {
        var key = new AlertKey(Owner(http), id);
        if (alerts.Rule(key) is null)
            return TypedResults.NotFound();
        return await alerts.PutAsync(key, null, http.RequestAborted) ? TypedResults.NoContent() : NotReady();
    }

    private Results<Ok<IReadOnlyList<AlertEventAnswer>>, ProblemHttpResult> Events(HttpContext http, int? limit) =>
        limit is < 1 or > AlertTable.MostEvents
            ? Problem.Bad($"limit is a number from 1 to {AlertTable.MostEvents}.")
            : TypedResults.Ok<IReadOnlyList<AlertEventAnswer>>(
                [.. alerts.EventsOf(Owner(http)).Newest(limit ?? UsualEvents).Select(AlertEventAnswer.Of)]);

    private async Task<Results<Ok<LinkAnswer>, ProblemHttpResult>> LinkAsync(HttpContext http)
    {
        var code = RandomNumberGenerator.GetString(CodeAlphabet, CodeLetters);
        var link = new ChatLink { Account = Owner(http), Expires = market.GetUtcNow() + CodeHolds };
        return await alerts.LinkAsync(code, link, http.RequestAborted) ? TypedResults.Ok(new LinkAnswer(code, link.Expires)) : NotReady();
    }

    private ProblemHttpResult? Read(AlertWish wish, AlertKey key, out AlertRule? rule)
    {
        rule = null;
        var (figi, name) = tables.FindInstrument(wish.Instrument) is { } instrument
            ? (instrument.Figi, instrument.Ticker) : OfRate(wish.Instrument, market.GetUtcNow());
        if (name is null)
            return Problem.UnknownInstrument(wish.Instrument);
        try
        {
            rule = AlertSentence.Read(wish.Text, figi, name, key, market.GetUtcNow());
        }
        catch (FormatException unreadable)
        {
            return Problem.Bad($"text: '{unreadable.Message}' is not understood.");
        }
        return AlertLimits.Problem(rule, alerts.Indicators) is { } wrong ? Problem.Bad(wrong + ".") : null;
    }

    /// <summary>A pair, at a source or at none: <c>bitcoin-usd@binance</c>, <c>eth-btc</c>.</summary>
    private (Figi Figi, string? Name) OfRate(string text, DateTimeOffset now)
    {
        var board = new RateBoard();
        foreach (var rate in tables.Rates.All)
            board.Put(rate);
        return FollowedRate.Find(board, text, now) is { } followed ? (followed.Figi, followed.Name) : NotYetCollected(text);
    }

    /// <summary>Where the source is named, a rule may be there before the first price.</summary>
    private static (Figi Figi, string? Name) NotYetCollected(string text) =>
        text.ToLowerInvariant().Split('@') is [var pairText, var source] && RatePair.TryParse(pairText, out var pair) && RateKey.IsSource(source)
            ? (RateFigi.Of(pair, source), $"{pair}@{source}") : (default, null);

    private static string Owner(HttpContext http) => AlertKey.OwnerOf(TaskDoor.OwnerOf((Principal)http.Items[typeof(Principal)]!));

    private static bool IsRussian(HttpContext http) =>
        http.Request.Headers.AcceptLanguage.ToString().StartsWith("ru", StringComparison.OrdinalIgnoreCase);

    private static ProblemHttpResult NotReady() =>
        Problem.Of(StatusCodes.Status503ServiceUnavailable, "not-ready", "The topics of alerts are not open yet; try again.");
}
