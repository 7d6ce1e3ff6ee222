using System.Globalization;
using System.Text.RegularExpressions;
using StockPipeline.Catalog.Naming;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.Catalog.Attributes;

/// <summary>Brings what a partner wrote to the normal form of its attribute. What cannot be brought there stays a text, and is suspect.</summary>
public static partial class ValueReading
{
    /// <summary>Longer values are cut: no attribute of a card is a page.</summary>
    public const int MaxRaw = 2_000;

    private const int Digits = 6;

    private static readonly HashSet<string> Yes = ["есть", "да", "yes", "true", "+", "1", "поддерживается"];

    private static readonly HashSet<string> No = ["нет", "no", "false", "-", "0", "отсутствует"];

    private static readonly char[] Crosses = ['x', 'х', '×', '*'];

    /// <summary>The value; null where nothing is said, which is no word against anybody's.</summary>
    /// <param name="attribute">What is measured.</param>
    /// <param name="raw">As the partner wrote it.</param>
    /// <param name="rawUnit">The unit beside it; empty where none.</param>
    /// <param name="bareUnit">The unit of numbers that come without one.</param>
    public static CatalogValue? Read(CatalogAttribute attribute, string raw, string rawUnit, string bareUnit)
    {
        if (raw.Length > MaxRaw)
            raw = raw[..MaxRaw];
        var text = TextFold.Tidy(raw);
        if (text.Length == 0)
            return null;
        var value = attribute.Kind switch
        {
            CatalogKind.Number => Number(attribute, text, rawUnit, bareUnit),
            CatalogKind.Size => Size(attribute, text, rawUnit, bareUnit),
            CatalogKind.Flag => Flag(text),
            CatalogKind.List => List(text),
            _ => new CatalogValue { Kind = CatalogKind.Text, Raw = "", Text = Spelled(text) },
        };
        value ??= new CatalogValue { Kind = CatalogKind.Text, Raw = "", Text = text, Suspect = true };
        return value with { Raw = raw, RawUnit = rawUnit };
    }

    private static CatalogValue? Number(CatalogAttribute attribute, string text, string rawUnit, string bareUnit) =>
        TryNumber(text, rawUnit, attribute.Unit, bareUnit) is { } number
            ? new CatalogValue { Kind = CatalogKind.Number, Raw = "", Numbers = [number], Suspect = IsOutside(attribute, number) }
            : null;

    private static CatalogValue? Size(CatalogAttribute attribute, string text, string rawUnit, string bareUnit)
    {
        var parts = text.ToLowerInvariant().Split(Crosses, StringSplitOptions.TrimEntries);
        if (parts.Length is < 2 or > 4)
            return null;
        // A unit may stand behind the last side alone.
        var last = NumberAndUnit().Match(parts[^1]);
        var unit = rawUnit.Length == 0 && last.Success ? last.Groups["unit"].Value.Trim() : rawUnit;
        var numbers = parts.Select(part => TryNumber(part, unit, attribute.Unit, bareUnit)).ToList();
        return numbers.TrueForAll(number => number is not null)
            ? new CatalogValue
            {
                Kind = CatalogKind.Size, Raw = "", Numbers = [.. numbers.Select(number => number!.Value)],
                Suspect = numbers.Exists(number => IsOutside(attribute, number!.Value)),
            }
            : null;
    }

    private static CatalogValue? Flag(string text)
    {
        var folded = TextFold.Fold(text);
        return Yes.Contains(folded) || No.Contains(folded)
            ? new CatalogValue { Kind = CatalogKind.Flag, Raw = "", Numbers = [Yes.Contains(folded) ? 1 : 0] }
            : null;
    }

    /// <summary>Members between commas or semicolons, or as a list of Python is printed.</summary>
    private static CatalogValue? List(string text)
    {
        var inner = text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : text;
        var items = inner.Split([',', ';'], StringSplitOptions.TrimEntries).Select(item => TextFold.Tidy(item.Trim('\'', '"')))
            .Where(item => item.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal).ToArray();
        return items.Length > 0 ? new CatalogValue { Kind = CatalogKind.List, Raw = "", Items = items } : null;
    }

    private static double? TryNumber(string text, string rawUnit, string unit, string bareUnit)
    {
        var match = NumberAndUnit().Match(text);
        if (!match.Success || !double.TryParse(
            match.Groups["number"].Value.Replace(" ", "", StringComparison.Ordinal).Replace(',', '.'), NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out var number))
            return null;
        var written = match.Groups["unit"].Value.Trim();
        if (written.Length == 0)
            written = rawUnit.Trim();
        if (written.Length == 0)
            written = bareUnit;
        if (written.Length == 0 && unit.Length == 0)
            return Round(number);
        return Units.FactorTo(unit, written) is { } factor ? Round(number * factor) : null;
    }

    private static double Round(double number) => Math.Round(number, Digits, MidpointRounding.AwayFromZero);

    /// <summary>What is counted is whole: a part of a fan is a number in another unit.</summary>
    private static bool IsOutside(CatalogAttribute attribute, double number) =>
        number < attribute.Min || number > attribute.Max || (attribute.Unit.Length == 0 && !double.IsInteger(number));

    /// <summary>Both partners' sources spell the type of memory wrong.</summary>
    private static string Spelled(string text) => text.StartsWith("GDPR", StringComparison.OrdinalIgnoreCase) ? "GDDR" + text[4..] : text;

    [GeneratedRegex(@"^(?<number>\d[\d ]*(?:[.,]\d+)?)\s*(?<unit>[^\d\s][^\d]{0,15})?$")]
    private static partial Regex NumberAndUnit();
}
