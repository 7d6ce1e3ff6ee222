using System.Security.Cryptography;
using System.Text;
using StockPipeline.Contracts.Connections;

namespace StockPipeline.CatalogApi;

/// <summary>Who may edit: whoever knows the key. Without a key nobody may.</summary>
internal sealed class WriteKey(Secret? key)
{
    public const string Header = "X-Api-Key";

    private const string Bearer = "Bearer ";

    /// <summary>Why the request may not edit; null where it may.</summary>
    public (int Status, string Detail)? Refusal(HttpContext http)
    {
        if (key is null)
            return (StatusCodes.Status403Forbidden, "edits are switched off: set CATALOG_WRITE_KEY to switch them on");
        var given = http.Request.Headers[Header].ToString();
        if (given.Length == 0 && http.Request.Headers.Authorization.ToString() is var authorization
            && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            given = authorization[Bearer.Length..];
        // Compared in a time that says nothing of how much of it is right.
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)),
            SHA256.HashData(Encoding.UTF8.GetBytes(key.Reveal())))
            ? null
            : (StatusCodes.Status401Unauthorized, $"an edit needs the write key in the header {Header}, or as a bearer token");
    }
}
