namespace StockPipeline.RepositoryTests;

/// <summary>
/// C# taken apart into code, comments and strings; each has the length and the lines of the whole, with spaces in place of the others, so that
/// an index in one is an index in all.
/// </summary>
internal sealed record CSharpText(string Code, string Comments, string Strings)
{
    public static CSharpText Of(string text)
    {
        var (code, comments, strings) = (Blank(text), Blank(text), Blank(text));
        var at = 0;
        while (at < text.Length)
        {
            var (end, target) = Next(text, at) switch
            {
                (var stop, Kind.Comment) => (stop, comments),
                (var stop, Kind.Text) => (stop, strings),
                (var stop, _) => (stop, code),
            };
            text.CopyTo(at, target, at, end - at);
            at = end;
        }
        return new CSharpText(new string(code), new string(comments), new string(strings));
    }

    private static char[] Blank(string text) => [.. text.Select(letter => letter == '\n' ? '\n' : ' ')];

    private static (int End, Kind Kind) Next(string text, int at)
    {
        var rest = text.AsSpan(at);
        if (rest.StartsWith("//"))
            return (EndOf(text, "\n", at, keep: 0), Kind.Comment);
        if (rest.StartsWith("/*"))
            return (EndOf(text, "*/", at + 2, keep: 2), Kind.Comment);
        var dollars = 0;
        while (at + dollars < text.Length && text[at + dollars] is '$' or '@')
            dollars++;
        var open = at + dollars;
        if (open < text.Length && text[open] == '"')
        {
            var quotes = text.AsSpan(open).IndexOfAnyExcept('"') is var run and >= 0 ? run : text.Length - open;
            if (quotes >= 3)
                return (EndOf(text, new string('"', quotes), open + quotes, keep: quotes), Kind.Text);
            return (Quoted(text, open + 1, '"', isVerbatim: text.AsSpan(at, dollars).Contains('@')), Kind.Text);
        }
        if (text[at] == '\'')
            return (Quoted(text, at + 1, '\'', isVerbatim: false), Kind.Text);
        return (at + Math.Max(1, dollars), Kind.Code);
    }

    private static int EndOf(string text, string mark, int from, int keep)
    {
        var found = text.IndexOf(mark, from, StringComparison.Ordinal);
        return found < 0 ? text.Length : found + keep;
    }

    private static int Quoted(string text, int at, char quote, bool isVerbatim)
    {
        while (at < text.Length)
        {
            if (text[at] == '\\' && !isVerbatim)
            {
                at += 2;
                continue;
            }
            if (text[at] == quote)
            {
                if (!isVerbatim || at + 1 >= text.Length || text[at + 1] != quote)
                    return at + 1;
                at++;
            }
            else if (text[at] == '\n' && !isVerbatim)
            {
                return at;
            }
            at++;
        }
        return text.Length;
    }

    private enum Kind
    {
        Code,
        Comment,
        Text,
    }
}
