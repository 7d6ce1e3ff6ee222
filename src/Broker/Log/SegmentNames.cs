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

    public static string Log(string folder, long baseOffset) => Path.Combine(folder, Digits(baseOffset) + LogEnding);

    public static string IndexOf(string logPath) => Path.ChangeExtension(logPath, IndexEnding);

    public static string Cleaned(string folder, long baseOffset) => Path.Combine(folder, Digits(baseOffset) + CleanedEnding);

    public static string Swap(string folder, long baseOffset, long end) => Path.Combine(folder, $"{Digits(baseOffset)}-{Digits(end)}{SwapEnding}");

    public static bool TryParseLog(string name, out long baseOffset) => TryParse(name, LogEnding, out baseOffset);

    public static bool TryParseIndex(string name, out long baseOffset) => TryParse(name, IndexEnding, out baseOffset);

    public static bool TryParseSwap(string name, out long baseOffset, out long end)
    {
        end = 0;
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        return TryParse(name[..Math.Max(0, dash)], "", out baseOffset) && TryParse(name[(dash + 1)..], SwapEnding, out end);
    }

    private static bool TryParse(string name, string ending, out long offset)
    {
        offset = 0;
        return name.Length == 20 + ending.Length && name.EndsWith(ending, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture, out offset);
    }

    private static string Digits(long offset) => offset.ToString("D20", CultureInfo.InvariantCulture);
}
