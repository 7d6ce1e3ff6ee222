using System.Text;

namespace StockPipeline.Catalog.Naming;

/// <summary>Texts in the form in which they are compared and searched: one width of letters, one kind of blank, lower case.</summary>
public static class TextFold
{
    private const char FullWidthFirst = '\uFF01';
    private const char FullWidthLast = '\uFF5E';
    private const int FullWidthShift = 0xFEE0;

    /// <summary>Cyrillic letters that look as Latin ones do, each above its twin.</summary>
    private const string Cyrillic = "авекмнорстухіј";
    private const string Latin = "abekmhopctyxij";

    /// <summary>Full-width letters become plain ones, all blanks one space, none at the ends, and case is folded.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (char.IsWhiteSpace(letter) || char.IsControl(letter))
            {
                if (folded.Length > 0 && folded[^1] != ' ')
                    folded.Append(' ');
                continue;
            }
            if (letter is '\u200B' or '\u00AD' or '\uFEFF')
                continue;
            folded.Append(letter is >= FullWidthFirst and <= FullWidthLast
                ? char.ToLowerInvariant((char)(letter - FullWidthShift))
                : char.ToLowerInvariant(letter == 'Ё' || letter == 'ё' ? 'е' : letter));
        }
        return folded.ToString().TrimEnd();
    }

    /// <summary>All blanks become one space, none at the ends; the rest stays.</summary>
    public static string Tidy(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>A folded word that holds Latin letters or digits, its Cyrillic look-alikes made Latin.</summary>
    public static string WithoutLookAlikes(string word) =>
        !word.Any(letter => char.IsAsciiLetterOrDigit(letter)) || !word.Any(letter => Cyrillic.Contains(letter))
            ? word
            : string.Create(word.Length, word, static (target, source) =>
            {
                for (var i = 0; i < source.Length; i++)
                    target[i] = Cyrillic.IndexOf(source[i]) is var at and >= 0 ? Latin[at] : source[i];
            });
}
