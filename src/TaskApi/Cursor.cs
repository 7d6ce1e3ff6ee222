using System.Buffers.Text;
using System.Globalization;
using System.Text;
using StockPipeline.Tasks;

namespace StockPipeline.TaskApi;

/// <summary>The place in a list of tasks, as callers hand it back: opaque to them.</summary>
internal static class Cursor
{
    public static string Write((long Created, string Id) place) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{place.Created}.{place.Id}")));

    /// <exception cref="RequestRefused">It is none of ours.</exception>
    public static (long Created, string Id) Read(string text)
    {
        if (Base64Url.IsValid(text)
            && Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split('.') is [var created, var id]
            && long.TryParse(created, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) && TaskId.IsValid(id))
        {
            return (ms, id);
        }
        throw RequestRefused.Unreadable($"The cursor '{text}' is not one that was given out.");
    }
}
