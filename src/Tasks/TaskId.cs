using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace StockPipeline.Tasks;

/// <summary>
/// The ids of tasks: 32 hexadecimal digits. What is asked under the same key by the same owner has the same id wherever it is asked, so two
/// gateways, or two schedulers, write one record.
/// </summary>
public static class TaskId
{
    private const int Bytes = 16;

    /// <summary>What an Idempotency-Key may have at most.</summary>
    public const int MaxKeyLength = 200;

    /// <summary>Of a request without a key: ids rise with time.</summary>
    public static string New(DateTimeOffset now) => Guid.CreateVersion7(now).ToString("N", CultureInfo.InvariantCulture);

    /// <summary>Of a request under the owner's own key.</summary>
    public static string OfKey(string owner, string key) => Hash("key", owner, key);

    /// <summary>Of the task a schedule starts for one of its times.</summary>
    public static string OfSlot(string schedule, DateTimeOffset slot) =>
        Hash("slot", schedule, slot.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    public static bool IsValid(string text) => text.Length == 2 * Bytes && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Parts are told apart by their lengths, so no two lists of parts look alike.</summary>
    private static string Hash(params string[] parts)
    {
        var text = string.Concat(parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Length}:{part}")));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, Bytes));
    }
}
