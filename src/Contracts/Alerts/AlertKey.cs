using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;

namespace StockPipeline.Contracts.Alerts;

/// <summary>Key of a rule: <c>owner/id</c>.</summary>
public readonly record struct AlertKey(string Owner, string Id)
{
    public const int LongestOwner = 80;

    public const int LongestId = 40;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:%");

    /// <summary>The owner as keys write it, whatever people call themselves; where there are no accounts it is everybody.</summary>
    public static string OwnerOf(string account)
    {
        if (account.Length == 0)
            return "everybody";
        var escaped = Uri.EscapeDataString(account).Replace("~", "%7E", StringComparison.Ordinal);
        return IsPart(escaped, LongestOwner) ? escaped : Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(account)));
    }

    public static bool TryParse(string? text, out AlertKey key)
    {
        key = text?.Split('/') is [var owner, var id] && IsPart(owner, LongestOwner) && IsPart(id, LongestId) ? new AlertKey(owner, id) : default;
        return key.Owner is not null;
    }

    public override string ToString() => $"{Owner}/{Id}";

    private static bool IsPart(string text, int longest) =>
        text.Length > 0 && text.Length <= longest && !text.AsSpan().ContainsAnyExcept(Allowed);
}

/// <summary>Key of an event: <c>FIGI/owner/id/2026-11-20T07:00:00Z</c>. One rule can say something of one candle once.</summary>
public sealed record AlertEventKey(Figi Figi, AlertKey Rule, DateTimeOffset OpenTime)
{
    public override string ToString() => $"{Figi.Value}/{Rule}/{InstantText.Write(OpenTime)}";

    public static bool TryParse(string text, [NotNullWhen(true)] out AlertEventKey? key)
    {
        key = text.Split('/') is [var figiText, var owner, var id, var time] && Figi.TryParse(figiText, out var figi)
            && AlertKey.TryParse($"{owner}/{id}", out var rule) && InstantText.TryRead(time, out var openTime)
            ? new AlertEventKey(figi, rule, openTime)
            : null;
        return key is not null;
    }
}
