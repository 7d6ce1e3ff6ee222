using System.Globalization;

namespace StockPipeline.Broker.Log;

/// <summary>Names of the files in a partition's folder: the base offset in twenty digits, as Kafka names them.</summary>
internal static class SegmentNames
{
    public const string LogEnding = ".log";
    public const string IndexEnding = ".index";

    /// <summary>A segment being rewritten: worth nothing after a crash.</summary>
    public const string CleanedEnding = ".cleaned";

    /// <summary>A rewritten segment, whole and flushed: it replaces all segments from its base to the offset behind the dash.</summary>
    public const string SwapEnding = ".swap";

    public static string Log(string folder, long baseOffset) => Path.Combine(folder, $"{baseOffset:D20}{LogEnding}");

    public static string Swap(string folder, long baseOffset, long end) => Path.Combine(folder, $"{baseOffset:D20}-{end:D20}{SwapEnding}");

    /// <summary>The offset a name consists of; null when it is not twenty digits and the ending.</summary>
    public static long? Parse(string name, string ending) =>
        name.Length == 20 + ending.Length && name.EndsWith(ending, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : null;

    public static (long BaseOffset, long End)? ParseSwap(string name) =>
        name.Split('-') is [var first, var second] && Parse(first, "") is { } baseOffset && Parse(second, SwapEnding) is { } end
            ? (baseOffset, end)
            : null;
}
