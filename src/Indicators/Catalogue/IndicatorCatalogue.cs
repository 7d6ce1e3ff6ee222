using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using StockPipeline.Indicators.Formulas;
using StockPipeline.Indicators.Parts;

namespace StockPipeline.Indicators.Catalogue;

/// <summary>Every indicator there is. A new one is a file with its formula and a line here; all else follows.</summary>
public static class IndicatorCatalogue
{
    public static readonly IReadOnlyList<IndicatorKind> All =
    [
        IndicatorKind.Of<Sma, Sma.State>(),
        IndicatorKind.Of<Ema, Ema.State>(),
        IndicatorKind.Of<Wma, Wma.State>(),
        IndicatorKind.Of<Dema, Dema.State>(),
        IndicatorKind.Of<Tema, Tema.State>(),
        IndicatorKind.Of<Hma, Hma.State>(),
        IndicatorKind.Of<Kama, Kama.State>(),
        IndicatorKind.Of<Macd, Macd.State>(),
        IndicatorKind.Of<Ppo, Ppo.State>(),
        IndicatorKind.Of<Rsi, Strength>(),
        IndicatorKind.Of<Stochastic, SmoothedShare>(),
        IndicatorKind.Of<StochasticRsi, StochasticRsi.State>(),
        IndicatorKind.Of<WilliamsR, WilliamsR.State>(),
        IndicatorKind.Of<Cci, Cci.State>(),
        IndicatorKind.Of<Roc, Roc.State>(),
        IndicatorKind.Of<Momentum, Momentum.State>(),
        IndicatorKind.Of<AwesomeOscillator, AwesomeOscillator.State>(),
        IndicatorKind.Of<Adx, Adx.State>(),
        IndicatorKind.Of<Aroon, Aroon.State>(),
        IndicatorKind.Of<ParabolicSar, ParabolicSar.State>(),
        IndicatorKind.Of<SuperTrend, SuperTrend.State>(),
        IndicatorKind.Of<Atr, Atr.State>(),
        IndicatorKind.Of<BollingerBands, BollingerBands.State>(),
        IndicatorKind.Of<KeltnerChannel, KeltnerChannel.State>(),
        IndicatorKind.Of<DonchianChannel, DonchianChannel.State>(),
        IndicatorKind.Of<Obv, Obv.State>(),
        IndicatorKind.Of<Mfi, Mfi.State>(),
        IndicatorKind.Of<ChaikinLine, ChaikinLine.State>(),
        IndicatorKind.Of<ChaikinOscillator, ChaikinOscillator.State>(),
        IndicatorKind.Of<Vwap, Vwap.State>(),
        IndicatorKind.Of<Ichimoku, Ichimoku.State>(),
    ];

    private static readonly Dictionary<string, IndicatorKind> ByName =
        All.ToDictionary(kind => kind.Description.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The names, for messages.</summary>
    public static string Names { get; } = string.Join(' ', All.Select(kind => kind.Description.Name).Order(StringComparer.Ordinal));

    public static IndicatorKind Kind(string name) => ByName[name];

    /// <summary>Reads an indicator as people write it: <c>rsi</c>, <c>rsi(21)</c>, <c>bollinger(20, 2)</c>.</summary>
    /// <exception cref="FormatException">It names no indicator, or one that cannot be so.</exception>
    public static Indicator Parse(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var name = (open < 0 ? text : text[..open]).Trim();
        if (!ByName.TryGetValue(name, out var kind))
            throw new FormatException($"'{text.Trim()}' is not an indicator; there are {Names}");
        if (open < 0)
            return kind.With();
        var rest = text.AsSpan(open + 1).TrimEnd();
        if (rest is not [.. var inside, ')'])
            throw new FormatException($"'{text.Trim()}': the parameters end in ')'");
        return kind.With(inside.IsWhiteSpace() ? [] : [.. inside.ToString().Split(',').Select(one => Number(text, one))]);
    }

    /// <summary>Reads a list: indicators with white space or commas between them.</summary>
    /// <exception cref="FormatException">One of them cannot be read, or is named twice.</exception>
    public static IReadOnlyList<Indicator> ParseList(string text)
    {
        var indicators = new List<Indicator>();
        foreach (var part in Parts(text))
        {
            var indicator = Parse(part);
            if (indicators.Contains(indicator))
                throw new FormatException($"{indicator} is named twice");
            indicators.Add(indicator);
        }
        return indicators;
    }

    /// <summary>The indicator whose values a topic of that slug holds.</summary>
    public static bool TryParseSlug(string slug, [NotNullWhen(true)] out Indicator? indicator)
    {
        indicator = null;
        var parts = slug.Split('-');
        var numbers = new double[parts.Length - 1];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!double.TryParse(parts[i + 1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out numbers[i]))
                return false;
        }
        if (!ByName.TryGetValue(parts[0], out var kind))
            return false;
        try
        {
            indicator = kind.With(numbers);
        }
        catch (FormatException)
        {
            return false;
        }
        return indicator.Slug == slug;
    }

    private static double Number(string text, string number) =>
        double.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new FormatException($"'{text.Trim()}': '{number.Trim()}' is not a number");

    private static IEnumerable<string> Parts(string text)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            var letter = i < text.Length ? text[i] : ' ';
            depth += letter == '(' ? 1 : letter == ')' ? -1 : 0;
            if ((depth > 0 && i < text.Length) || !(char.IsWhiteSpace(letter) || letter == ','))
                continue;
            // A space before a parenthesis belongs to the name.
            if (char.IsWhiteSpace(letter) && text.AsSpan(i).TrimStart() is ['(', ..])
                continue;
            if (text[start..i].Trim() is { Length: > 0 } part)
                yield return part;
            start = i + 1;
        }
    }
}
