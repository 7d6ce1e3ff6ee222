using System.Text.RegularExpressions;

namespace StockPipeline.Hosting.Options;

/// <summary>URLs as settings write them.</summary>
internal static partial class UrlText
{
    public static string Allowed(string[] schemes) =>
        $"an absolute URL that begins with {string.Join(" or ", OrHttp(schemes).Select(scheme => $"{scheme}://"))} and holds no user or password";

    /// <summary>Reads an address of one of the schemes; null where it is none, or holds a user.</summary>
    public static Uri? Parse(string text, string[] schemes) =>
        Uri.TryCreate(text, UriKind.Absolute, out var value) && OrHttp(schemes).Contains(value.Scheme)
            && value.Host.Length > 0 && value.UserInfo.Length == 0 ? value : null;

    /// <summary>What may be shown of a text that is, or was meant to be, a URL.</summary>
    public static string WithoutCredentials(string text) => Credentials().Replace(text, "://***@");

    private static string[] OrHttp(string[] schemes) => schemes.Length == 0 ? ["http", "https"] : schemes;

    [GeneratedRegex("://[^/@]*@")]
    private static partial Regex Credentials();
}
