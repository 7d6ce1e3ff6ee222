using System.Globalization;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Alerts;

/// <summary>
/// Reads a rule as people write it: <c>SBER &gt; 300</c>, <c>SBER -3% 1h repeat</c>, <c>SBER rsi &lt; 30 1h</c>, <c>SBER macd up 1h</c>,
/// <c>bitcoin-usdt &lt; 60000</c>, <c>SBER closed 1d</c>, <c>SBER stale 10m</c>.
/// </summary>
public sealed class AlertSentence
{
    /// <summary>How far a line must go back where nobody says so: 0.2 %.</summary>
    public const double UsualMargin = 0.002;

    private const int MostWords = 24;

    private static readonly TimeSpan UsualCooldown = TimeSpan.FromMinutes(5);

    private static readonly Dictionary<string, string> Same = new(StringComparer.OrdinalIgnoreCase)
    {
        ["above"] = ">", ["выше"] = ">", [">="] = ">", ["below"] = "<", ["ниже"] = "<", ["<="] = "<", ["вверх"] = "up", ["вниз"] = "down",
        ["закрытие"] = "closed", ["тишина"] = "stale", ["повтор"] = "repeat", ["пауза"] = "cooldown", ["отступ"] = "margin", ["до"] = "until",
        ["сразу"] = "now", ["пересекла"] = "cross", ["crosses"] = "cross",
    };

    private readonly string[] words;
    private readonly Figi figi;
    private readonly string name;
    private int at;
    private Interval? interval;
    private TimeSpan? span;

    private AlertSentence(string[] words, Figi figi, string name) => (this.words, this.figi, this.name) = (words, figi, name);

    private string? Next => at < words.Length ? words[at] : null;

    /// <summary>Reads what stands after the name of the instrument.</summary>
    /// <param name="text">The condition, and how it is to be told.</param>
    /// <param name="figi">Of what.</param>
    /// <param name="name">What people call it.</param>
    /// <param name="key">Whose the rule is, and its number.</param>
    /// <param name="now">From when on it counts.</param>
    /// <exception cref="FormatException">It cannot be read; the message is the word that is not understood, or what is missing.</exception>
    public static AlertRule Read(string text, Figi figi, string name, AlertKey key, DateTimeOffset now)
    {
        var words = text.Split((char[])[' ', '\t', '\n', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length is 0 or > MostWords)
            throw new FormatException("?");
        return new AlertSentence([.. words.Select(word => Same.GetValueOrDefault(word, word))], figi, name).Read(key, now);
    }

    /// <summary>Reads a time as people write it: <c>90s</c>, <c>30m</c>, <c>4h</c>, <c>1d</c>.</summary>
    public static bool TryReadTime(string? text, out TimeSpan time)
    {
        time = default;
        if (text is not { Length: > 1 } || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return false;
        var unit = char.ToLowerInvariant(text[^1]) switch { 's' or 'с' => 1, 'm' or 'м' => 60, 'h' or 'ч' => 3_600, 'd' or 'д' => 86_400, _ => 0 };
        time = TimeSpan.FromSeconds(Math.Min(number * unit, 1e9));
        return unit > 0;
    }

    /// <summary>Reads an interval as people write it: <c>1h</c>, or as topics do.</summary>
    public static bool TryReadInterval(string? text, out Interval? interval)
    {
        interval = TryReadTime(text, out var time) ? Interval.All.FirstOrDefault(one => one.Length == time) : null;
        return interval is not null || (text?.Contains('-', StringComparison.Ordinal) == true && Interval.TryParse(text, out interval));
    }

    private AlertRule Read(AlertKey key, DateTimeOffset now)
    {
        var condition = ReadCondition();
        var rule = new AlertRule { Owner = key.Owner, Id = key.Id, Condition = condition, Since = now, Margin = UsualMargin };
        while (Next is not null)
            rule = ReadHow(rule, now);
        if (rule.Repeats && rule.Cooldown == TimeSpan.Zero)
            rule = rule with { Cooldown = UsualCooldown };
        condition = Timed(rule.Condition);
        return rule with { Condition = condition };
    }

    private AlertCondition ReadCondition()
    {
        var word = Next!;
        at++;
        switch (word.ToLowerInvariant())
        {
            case ">" or "<":
                return Of(word == ">" ? AlertKind.Above : AlertKind.Below) with { Level = Number() };
            case "cross":
                return Of(Next is "down" or "<" ? AlertKind.CrossesBelow : AlertKind.CrossesAbove) with
                {
                    Level = NumberAfter("up", "down", ">", "<"),
                };
            case "closed":
                return Of(AlertKind.Closed);
            case "stale":
                return Of(AlertKind.Stale) with { Window = TryReadTime(Next, out var time) ? Taken(time) : TimeSpan.FromMinutes(15) };
        }
        if (word[0] is '>' or '<' && word.Length > 1)
        {
            words[--at] = word[1..];
            return Of(word[0] == '>' ? AlertKind.Above : AlertKind.Below) with { Level = Number() };
        }
        if (word[0] is '+' or '-' or '−' or '±' || word[^1] == '%')
            return ReadChange(word);
        return IndicatorCatalogue.TryParseSlug(word.ToLowerInvariant(), out var indicator)
            ? ReadIndicator(indicator) : throw new FormatException(word);
    }

    private AlertCondition ReadChange(string word)
    {
        var isPercent = word[^1] == '%';
        var number = word.TrimEnd('%').TrimStart('+', '-', '−', '±');
        var kind = word[0] switch { '+' => AlertKind.Rises, '-' or '−' => AlertKind.Falls, _ => AlertKind.Moves };
        if (!TryNumber(number, out var level))
            throw new FormatException(word);
        return Of(kind) with { Level = level, IsPercent = isPercent, Window = TimeSpan.FromHours(1) };
    }

    private AlertCondition ReadIndicator(Indicator indicator)
    {
        var lines = indicator.Description.Lines;
        var condition = Of(AlertKind.Above) with { Source = indicator.Slug, Line = lines[0].Name };
        if (Next is { } line && (line == "close" || lines.Any(one => one.Name == line)))
        {
            condition = condition with { Line = line == "close" ? AlertCondition.Close : line };
            at++;
        }
        var isCross = Next == "cross";
        at += isCross ? 1 : 0;
        var sign = Next ?? throw new FormatException(">");
        if (sign is not (">" or "<" or "up" or "down"))
            throw new FormatException(sign);
        at++;
        var (isUp, turns) = (sign is ">" or "up", isCross || sign is "up" or "down");
        if (Next is { } other && (other == "close" || lines.Any(one => one.Name == other)))
        {
            at++;
            return condition with
            {
                Kind = isUp ? AlertKind.CrossesAbove : AlertKind.CrossesBelow, Against = other == "close" ? AlertCondition.Close : other,
            };
        }
        if (turns && !TryNumber(Next, out _))
        {
            // The line that people mean: MACD and its signal, a line of its own with zero.
            condition = lines.Count > 1 ? condition with { Against = lines[1].Name } : condition;
            return condition with { Kind = isUp ? AlertKind.CrossesAbove : AlertKind.CrossesBelow };
        }
        return condition with
        {
            Kind = (isUp, turns) switch
            {
                (true, false) => AlertKind.Above, (false, false) => AlertKind.Below, (true, true) => AlertKind.CrossesAbove,
                _ => AlertKind.CrossesBelow,
            },
            Level = Number(),
        };
    }

    private AlertRule ReadHow(AlertRule rule, DateTimeOffset now)
    {
        var word = Next!;
        at++;
        switch (word.ToLowerInvariant())
        {
            case "repeat":
                return rule with { Repeats = true };
            case "once":
                return rule with { Repeats = false };
            case "now":
                return rule with { Condition = rule.Condition with { IsProvisional = true } };
            case "cooldown":
                return TryReadTime(Next, out var cooldown) ? rule with { Cooldown = Taken(cooldown), Repeats = true }
                    : throw new FormatException(Next ?? word);
            case "margin":
                var isShare = Next?[^1] == '%';
                return TryNumber(Next?.TrimEnd('%'), out var margin) ? rule with { Margin = Taken(isShare ? margin / 100 : margin) }
                    : throw new FormatException(Next ?? word);
            case "until":
                return rule with { Expires = Until(now) };
            default:
                if (TryReadInterval(word, out var read))
                    interval = read;
                if (!TryReadTime(word, out var time) && interval is null)
                    throw new FormatException(word);
                span = time == default ? interval!.Length : time;
                return rule;
        }
    }

    private DateTimeOffset Until(DateTimeOffset now)
    {
        if (TryReadTime(Next, out var time))
            return now + Taken(time);
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(Next, CultureInfo.InvariantCulture, Utc, out var day)
            ? Taken(day) : throw new FormatException(Next ?? "until");
    }

    /// <summary>The interval: as it was said, or the finest whose candles reach over the window.</summary>
    private AlertCondition Timed(AlertCondition condition)
    {
        switch (condition.Kind)
        {
            case AlertKind.Rises or AlertKind.Falls or AlertKind.Moves:
                var window = span ?? condition.Window;
                return condition with
                {
                    Window = window, Interval = Interval.All.FirstOrDefault(one => one.Length * AlertLimits.MostCandles >= window) ?? Interval.OneDay,
                };
            case AlertKind.Closed:
                return condition with { Interval = interval ?? Interval.OneHour };
            case AlertKind.Stale:
                return condition;
            default:
                var usual = condition.Source == AlertCondition.Candles ? Interval.OneMinute : Interval.OneHour;
                return condition with { Interval = interval ?? (span is null ? usual : throw new FormatException(AlertText.Time(span.Value))) };
        }
    }

    private AlertCondition Of(AlertKind kind) => new() { Figi = figi, Name = name, Interval = Interval.OneMinute, Kind = kind };

    private double NumberAfter(params ReadOnlySpan<string> signs)
    {
        if (Next is { } sign && signs.Contains(sign))
            at++;
        return Number();
    }

    private double Number() => TryNumber(Next, out var number) ? Taken(number) : throw new FormatException(Next ?? "0");

    private T Taken<T>(T value)
    {
        at++;
        return value;
    }

    private static bool TryNumber(string? text, out double number) => double.TryParse(
        text?.Replace('−', '-').Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
        CultureInfo.InvariantCulture, out number);
}
