using System.Globalization;
using System.Text;

namespace StockPipeline.Rates.Sources;

/// <summary>What to do after an answer that is none.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Pause">How long the host is to be left alone; null where the usual growing pause holds.</param>
/// <param name="Text">What it said, in one line.</param>
public readonly record struct Refusal(RefusalKind Kind, TimeSpan? Pause, string Text)
{
    private const int LongestText = 200;

    /// <summary>A ban or a limit that names no end is left alone for so long.</summary>
    private static readonly TimeSpan UnnamedBan = TimeSpan.FromMinutes(2);

    /// <summary>What HTTP says of a status.</summary>
    public static Refusal Of(int status, TimeSpan? retryAfter, string text) => status switch
    {
        429 => new(RefusalKind.TooMany, retryAfter, text),
        418 => new(RefusalKind.Banned, retryAfter ?? UnnamedBan, text),
        451 => new(RefusalKind.Barred, TimeSpan.FromMinutes(10), text),
        401 or 403 => new(RefusalKind.Barred, retryAfter ?? TimeSpan.FromMinutes(1), text),
        >= 500 or 408 => new(RefusalKind.Away, retryAfter, text),
        _ => new(RefusalKind.Wrong, retryAfter, text),
    };

    /// <summary>A body in one short line, whatever it is: pages of a firewall are HTML.</summary>
    public static string OneLine(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, 4 * LongestText)]);
        var line = new StringBuilder();
        foreach (var character in text)
        {
            if (!char.IsControl(character) && (character != ' ' || (line.Length > 0 && line[^1] != ' ')))
                line.Append(character);
            if (line.Length == LongestText)
                return line.Append("...").ToString();
        }
        return line.Length > 0 ? line.ToString() : "an empty answer";
    }

    public override string ToString() => Pause is { } pause
        ? string.Create(CultureInfo.InvariantCulture, $"{Kind}: {Text}; left alone for {pause.TotalSeconds:0} s")
        : $"{Kind}: {Text}";
}
