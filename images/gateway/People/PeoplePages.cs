using System.Text.Json.Serialization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;
using StockPipeline.Gateway.Rest;

namespace StockPipeline.Gateway.People;

/// <summary>Logging in and out, tokens for programs, and watchlists.</summary>
internal sealed class PeoplePages(Gatekeeper gatekeeper) : IDisposable
{
    private const int TriesAMinute = 5;
    private const int MaxFigis = 1_000;
    private const int MaxListName = 64;

    private readonly PartitionedRateLimiter<string> tries = PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = TriesAMinute, Window = TimeSpan.FromMinutes(1), QueueLimit = 0,
        }));

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/session", LogInAsync).WithName("login").WithTags("people").WithSummary("Logs a person in: a cookie comes back.");
        routes.MapDelete("/api/session", (Delegate)LogOutAsync).WithName("logout").WithTags("people").WithSummary("Ends the session.");
        routes.MapPost("/api/tokens", NewTokenAsync).WithName("new-token").WithTags("people")
            .WithSummary("Makes a token for a program; shown this once.");
        routes.MapDelete("/api/tokens/{label}", RemoveTokenAsync).WithName("remove-token").WithTags("people")
            .WithSummary("Takes tokens of a label back.");
        routes.MapGet("/api/watchlists", (Delegate)WatchlistsAsync).WithName("watchlists").WithTags("people")
            .WithSummary("The watchlists of whoever asks.");
        routes.MapPut("/api/watchlists/{name}", SaveWatchlistAsync).WithName("save-watchlist").WithTags("people")
            .WithSummary("Saves a watchlist; If-Match names the version that is replaced.");
        routes.MapDelete("/api/watchlists/{name}", RemoveWatchlistAsync).WithName("remove-watchlist").WithTags("people")
            .WithSummary("Deletes a watchlist.");
    }

    public void Dispose() => tries.Dispose();

    private async Task<Results<NoContent, ProblemHttpResult>> LogInAsync(HttpContext http, Credentials credentials)
    {
        if (gatekeeper.Mode != AuthMode.Password)
            return Problem.Of(StatusCodes.Status409Conflict, "no-accounts", "Nobody has to log in here.");
        if (credentials.Name.Length > Gatekeeper.MaxName || credentials.Password.Length > Gatekeeper.MaxPassword)
            return Problem.Of(StatusCodes.Status401Unauthorized, "wrong-login", "The name or the password is wrong.");
        using var ofName = tries.AttemptAcquire("name " + credentials.Name);
        using var ofAddress = tries.AttemptAcquire("address " + http.Connection.RemoteIpAddress);
        if (!ofName.IsAcquired || !ofAddress.IsAcquired)
        {
            http.Response.Headers.RetryAfter = "60";
            return Problem.Of(StatusCodes.Status429TooManyRequests, "too-many-tries", "Too many tries; wait a minute.");
        }
        return await gatekeeper.LogInAsync(http, credentials.Name, credentials.Password)
            ? TypedResults.NoContent()
            : Problem.Of(StatusCodes.Status401Unauthorized, "wrong-login", "The name or the password is wrong.");
    }

    private async Task<NoContent> LogOutAsync(HttpContext http)
    {
        if (gatekeeper.Mode == AuthMode.Password)
            await gatekeeper.LogOutAsync(http);
        return TypedResults.NoContent();
    }

    private async Task<Results<Ok<TokenAnswer>, ProblemHttpResult>> NewTokenAsync(HttpContext http, TokenWish wish)
    {
        if (Who(http) is not { Name: { } name, IsProgram: false })
            return NoAccounts();
        if (wish.Label.Length is 0 or > MaxListName)
            return Problem.Bad($"label is a text of 1 to {MaxListName} letters.");
        return TypedResults.Ok(new TokenAnswer(wish.Label, await gatekeeper.NewTokenAsync(name, wish.Label, http.RequestAborted)));
    }

    private async Task<Results<NoContent, NotFound, ProblemHttpResult>> RemoveTokenAsync(HttpContext http, string label)
    {
        if (Who(http) is not { Name: { } name })
            return NoAccounts();
        return await gatekeeper.Accounts!.RemoveTokensAsync(name, label, http.RequestAborted) > 0
            ? TypedResults.NoContent() : TypedResults.NotFound();
    }

    private async Task<Results<Ok<IReadOnlyList<Watchlist>>, ProblemHttpResult>> WatchlistsAsync(HttpContext http) =>
        gatekeeper.Accounts is { } accounts ? TypedResults.Ok(await accounts.WatchlistsAsync(Owner(http), http.RequestAborted)) : NoDatabase();

    private async Task<Results<Ok<Watchlist>, ProblemHttpResult>> SaveWatchlistAsync(HttpContext http, string name, IReadOnlyList<string> figis)
    {
        if (gatekeeper.Accounts is not { } accounts)
            return NoDatabase();
        if (name.Length > MaxListName || figis.Count > MaxFigis)
            return Problem.Bad($"A watchlist has a name of at most {MaxListName} letters and at most {MaxFigis} instruments.");
        long? expected = null;
        if (http.Request.Headers.IfMatch.ToString() is { Length: > 0 } match)
        {
            if (!long.TryParse(match.Trim('"'), System.Globalization.CultureInfo.InvariantCulture, out var version))
                return Problem.Bad("If-Match is the version of a watchlist.");
            expected = version;
        }
        return await accounts.SaveWatchlistAsync(Owner(http), name, figis, expected, http.RequestAborted) is { } saved
            ? TypedResults.Ok(new Watchlist(name, figis, saved))
            : Problem.Of(StatusCodes.Status412PreconditionFailed, "changed-meanwhile", "Somebody else has changed the watchlist; read it again.");
    }

    private async Task<Results<NoContent, NotFound, ProblemHttpResult>> RemoveWatchlistAsync(HttpContext http, string name) =>
        gatekeeper.Accounts is not { } accounts ? NoDatabase()
        : await accounts.RemoveWatchlistAsync(Owner(http), name, http.RequestAborted) ? TypedResults.NoContent() : TypedResults.NotFound();

    private static Principal Who(HttpContext http) => (Principal)http.Items[typeof(Principal)]!;

    /// <summary>Without accounts everybody is one.</summary>
    private static string Owner(HttpContext http) => Who(http).Name ?? "";

    private static ProblemHttpResult NoAccounts() =>
        Problem.Of(StatusCodes.Status409Conflict, "no-accounts", "There are no accounts here, so nobody needs a token.");

    private static ProblemHttpResult NoDatabase() => Problem.Of(
        StatusCodes.Status503ServiceUnavailable, "no-database",
        "Watchlists are kept in a PostgreSQL, and DATABASE_URL names none; the page keeps them in the browser.");
}

/// <summary>Who somebody claims to be.</summary>
internal sealed record Credentials(string Name, string Password);

/// <summary>What a token is to be called.</summary>
internal sealed record TokenWish(string Label);

/// <summary>A token, in the open this once.</summary>
internal sealed record TokenAnswer(string Label, string Token);

/// <summary>How people's requests and answers are written.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Credentials))]
[JsonSerializable(typeof(TokenWish))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(Watchlist))]
[JsonSerializable(typeof(IReadOnlyList<Watchlist>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class PeopleJson : JsonSerializerContext;
