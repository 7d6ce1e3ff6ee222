using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;

namespace StockPipeline.Gateway.People;

/// <summary>Knows who asks, and lets people in and out. Passwords and sessions are never kept as they are, and never said.</summary>
internal sealed class Gatekeeper(AuthMode mode, IAccounts? accounts, TimeProvider clock) : IDisposable
{
    public const int MinPassword = 10;
    public const int MaxPassword = 200;
    public const int MaxName = 64;

    private const int SecretBytes = 32;
    private const int Iterations = 220_000;
    private const int MaxHashesAtOnce = 2;
    private const string Cookie = "session";
    private const string SecureCookie = "__Host-session";

    private static readonly TimeSpan SessionLength = TimeSpan.FromDays(7);

    private readonly PasswordHasher<string> hasher =
        new(Microsoft.Extensions.Options.Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));

    private readonly SemaphoreSlim hashing = new(MaxHashesAtOnce);
    private readonly Lazy<string> nobody = new(() => new PasswordHasher<string>(
        Microsoft.Extensions.Options.Options.Create(new PasswordHasherOptions { IterationCount = Iterations })).HashPassword("", "nobody"));

    public AuthMode Mode => mode;

    public IAccounts? Accounts => accounts;

    /// <returns>Nothing where whoever it is may not come in.</returns>
    public async Task<Principal?> WhoAsync(HttpContext http)
    {
        if (mode != AuthMode.Password)
            return Principal.Anybody;
        const string Bearer = "Bearer ";
        if (http.Request.Headers.Authorization.ToString() is { } header && header.StartsWith(Bearer, StringComparison.Ordinal))
        {
            return await accounts!.UserOfTokenAsync(HashOf(header[Bearer.Length..]), http.RequestAborted) is { } program
                ? new Principal(program, null, true) : null;
        }
        if (SessionOf(http.Request) is not { } session)
            return null;
        return await accounts!.UserOfSessionAsync(HashOf(session), clock.GetUtcNow(), http.RequestAborted) is { } person
            ? new Principal(person, session, false) : null;
    }

    public async Task<bool> IsOpenAsync(string session, CancellationToken cancellationToken) =>
        await accounts!.UserOfSessionAsync(HashOf(session), clock.GetUtcNow(), cancellationToken) is not null;

    /// <summary>The same answer after the same time whether the name or the password is wrong.</summary>
    public async Task<bool> LogInAsync(HttpContext http, string name, string password)
    {
        var hash = await accounts!.HashOfAsync(name, http.RequestAborted);
        var verdict = await HashingAsync(() => hasher.VerifyHashedPassword(name, hash ?? nobody.Value, password), http.RequestAborted);
        if (hash is null || verdict == PasswordVerificationResult.Failed)
            return false;
        if (verdict == PasswordVerificationResult.SuccessRehashNeeded)
            await accounts.RehashAsync(name, hasher.HashPassword(name, password), http.RequestAborted);
        var session = NewSecret();
        await accounts.OpenAsync(HashOf(session), name, clock.GetUtcNow() + SessionLength, http.RequestAborted);
        http.Response.Cookies.Append(http.Request.IsHttps ? SecureCookie : Cookie, session, new CookieOptions
        {
            HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = "/", MaxAge = SessionLength,
        });
        return true;
    }

    public async Task LogOutAsync(HttpContext http)
    {
        if (SessionOf(http.Request) is { } session)
            await accounts!.CloseAsync(HashOf(session), http.RequestAborted);
        http.Response.Cookies.Delete(Cookie);
        http.Response.Cookies.Delete(SecureCookie);
    }

    /// <returns>False where the name is taken.</returns>
    public async Task<bool> AddAsync(string name, string password, CancellationToken cancellationToken) =>
        await accounts!.AddAsync(name, await HashingAsync(() => hasher.HashPassword(name, password), cancellationToken), cancellationToken);

    /// <summary>A token for a program; it is shown this once.</summary>
    public async Task<string> NewTokenAsync(string name, string label, CancellationToken cancellationToken)
    {
        var token = NewSecret();
        await accounts!.AddTokenAsync(HashOf(token), name, label, cancellationToken);
        return token;
    }

    public void Dispose() => hashing.Dispose();

    private static string? SessionOf(HttpRequest request) => request.Cookies[SecureCookie] ?? request.Cookies[Cookie];

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));

    private static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private async Task<T> HashingAsync<T>(Func<T> hash, CancellationToken cancellationToken)
    {
        await hashing.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(hash, cancellationToken);
        }
        finally
        {
            hashing.Release();
        }
    }
}
