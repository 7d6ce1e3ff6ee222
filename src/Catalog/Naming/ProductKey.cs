using System.Text;

namespace StockPipeline.Catalog.Naming;

/// <summary>
/// The identity of a product: brand and model in normal form, such as <c>msi-geforce-rtx-4070-ti-super</c>. The order of words is kept, and no
/// word that tells one card from another is dropped; nothing is joined because it merely looks alike.
/// </summary>
public static class ProductKey
{
    /// <summary>Longer names are cut; a key stands in each record, each URL and each index.</summary>
    public const int MaxLength = 120;

    private static readonly HashSet<string> CategoryWords = ["видеокарта", "видеокарты", "videocard"];

    private static readonly Dictionary<string, string> BrandAliases = new(StringComparer.Ordinal)
    {
        ["asustek"] = "asus", ["asus-tek"] = "asus", ["micro-star"] = "msi", ["microstar"] = "msi", ["gigabyte-technology"] = "gigabyte",
        ["as-rock"] = "asrock", ["palit-microsystems"] = "palit",
    };

    /// <summary>Words that stand before a number, longest first.</summary>
    private static readonly string[] Series = ["geforce", "radeon", "vega", "rtx", "gtx", "rx"];

    /// <summary>Words that stand behind a number, longest first where one begins another.</summary>
    private static readonly string[] Suffixes = ["super", "xtx", "gre", "xt", "ti"];

    private static readonly Dictionary<string, string> Families = new(StringComparer.Ordinal)
    {
        ["rtx"] = "geforce", ["gtx"] = "geforce", ["rx"] = "radeon",
    };

    /// <summary>The key of what is called so; empty where nothing is left of the name.</summary>
    public static string Of(string brand, string name)
    {
        var maker = BrandOf(brand);
        var words = Words(name);
        var rest = maker.Length > 0 ? WithoutBrand(words, maker) : words;
        var key = string.Join('-', new[] { maker }.Concat(WithFamily(rest)).Where(word => word.Length > 0));
        return key.Length > MaxLength ? key[..MaxLength].TrimEnd('-') : key;
    }

    /// <summary>Whether a text is a key: what stands in URLs and records.</summary>
    public static bool IsKey(string text) => text.Length is > 0 and <= MaxLength
        && text.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '.');

    /// <summary>The brand in normal form.</summary>
    public static string BrandOf(string brand)
    {
        var folded = string.Join('-', Split(TextFold.Fold(brand)).Select(TextFold.WithoutLookAlikes));
        return BrandAliases.GetValueOrDefault(folded, folded);
    }

    /// <summary>What is left of a name without category and brand, as it was written.</summary>
    public static string ModelOf(string brand, string name)
    {
        var maker = BrandOf(brand);
        var words = TextFold.Tidy(name).Split(' ').Where(word => !CategoryWords.Contains(TextFold.Fold(word))).ToList();
        if (words.Count > 0 && maker.Length > 0 && BrandOf(words[0]) == maker)
            words.RemoveAt(0);
        return string.Join(' ', words);
    }

    private static List<string> Words(string name)
    {
        var words = new List<string>();
        foreach (var word in Split(TextFold.Fold(name)))
        {
            if (!CategoryWords.Contains(word))
                Take(TextFold.WithoutLookAlikes(word), words);
        }
        return words;
    }

    /// <summary>Splits what is written together, and writes memory sizes together.</summary>
    private static void Take(string word, List<string> words)
    {
        if (word is "gb" or "гб" && words.Count > 0 && words[^1].All(char.IsAsciiDigit))
        {
            words[^1] += "gb";
            return;
        }
        if (word.Length > 2 && word[^2..] is "gb" or "гб" && word[..^2].All(char.IsAsciiDigit))
        {
            words.Add(word[..^2] + "gb");
            return;
        }
        foreach (var series in Series)
        {
            if (word.Length > series.Length && word.StartsWith(series, StringComparison.Ordinal)
                && (char.IsAsciiDigit(word[series.Length])
                    || Array.Exists(Series, next => word[series.Length..].StartsWith(next, StringComparison.Ordinal))))
            {
                words.Add(series);
                Take(word[series.Length..], words);
                return;
            }
        }
        var digits = word.TakeWhile(char.IsAsciiDigit).Count();
        if (digits > 0 && digits < word.Length && SuffixesOf(word[digits..]) is { } suffixes)
        {
            words.Add(word[..digits]);
            words.AddRange(suffixes);
            return;
        }
        if (digits == 0 && SuffixesOf(word) is { Count: > 1 } several)
            words.AddRange(several);
        else
            words.Add(word);
    }

    /// <summary>The suffixes that a word is made of; null where it holds anything else.</summary>
    private static List<string>? SuffixesOf(string word)
    {
        var found = new List<string>();
        while (word.Length > 0)
        {
            if (Array.Find(Suffixes, suffix => word.StartsWith(suffix, StringComparison.Ordinal)) is not { } next)
                return null;
            found.Add(next);
            word = word[next.Length..];
        }
        return found;
    }

    private static List<string> WithoutBrand(List<string> words, string maker)
    {
        for (var count = 1; count <= Math.Min(3, words.Count); count++)
        {
            var start = string.Join('-', words.Take(count));
            if (BrandAliases.GetValueOrDefault(start, start) == maker)
                return words[count..];
        }
        return words;
    }

    private static IEnumerable<string> WithFamily(List<string> words)
    {
        foreach (var word in words)
        {
            if (Families.TryGetValue(word, out var family) && !words.Contains(family))
                yield return family;
            yield return word;
        }
    }

    private static IEnumerable<string> Split(string folded)
    {
        var word = new StringBuilder();
        for (var i = 0; i < folded.Length; i++)
        {
            var letter = folded[i];
            var isPart = char.IsLetterOrDigit(letter)
                || (letter == '.' && word.Length > 0 && i + 1 < folded.Length && char.IsDigit(folded[i - 1]) && char.IsDigit(folded[i + 1]));
            if (isPart)
            {
                word.Append(letter);
            }
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }
        if (word.Length > 0)
            yield return word.ToString();
    }
}
