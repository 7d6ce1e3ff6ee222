using System.Text;
using System.Text.RegularExpressions;

namespace StockPipeline.Config.Tickers;

/// <summary>The lines of a ticker file that name something, and a sentence for each that cannot be understood.</summary>
public sealed partial record TickerList(IReadOnlyList<TickerEntry> Entries, IReadOnlyList<string> Problems)
{
    /// <summary>The board of shares of the Moscow Exchange, meant where a line names none.</summary>
    public const string UsualClassCode = "TQBR";

    /// <summary>A longer file is no ticker file.</summary>
    public const int MaxBytes = 1 << 20;

    public static readonly TickerList Empty = new([], []);

    /// <summary>One ticker per line; blank lines, comments after <c>#</c>, spaces, any line ends, a byte order mark and lower case are
    /// fine.</summary>
    public static TickerList Parse(string name, ReadOnlySpan<byte> file)
    {
        var text = Encoding.UTF8.GetString(file.StartsWith(Encoding.UTF8.Preamble) ? file[3..] : file);
        var entries = new List<TickerEntry>();
        var problems = new List<string>();
        var number = 0;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            var content = line.Split('#', 2)[0].Trim();
            if (content.Length == 0)
                continue;
            var match = Line().Match(content.ToUpperInvariant());
            if (match.Success)
                entries.Add(new TickerEntry(match.Groups["ticker"].Value, match.Groups["board"] is { Success: true } board ? board.Value : null,
                    number));
            else
                problems.Add($"{name} line {number}: '{Shortened(content)}' is not a ticker; TICKER or TICKER@CLASS is expected");
        }
        return new TickerList(entries, problems);
    }

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "...";

    [GeneratedRegex(@"^(?<ticker>[A-Z0-9._-]{1,20})(\s*@\s*(?<board>[A-Z0-9_]{1,20}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
