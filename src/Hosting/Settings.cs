using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Options;

namespace StockPipeline.Hosting;

/// <summary>
/// Typed readers over the environment of one service. A reader never throws for what a user wrote: it notes the problem and gives a stand-in,
/// so that one start shows every problem at once; the runner then starts nothing. A variable that is set to nothing counts as not set.
/// Used while a service is made, by one thread.
/// </summary>
public sealed class Settings(IReadOnlyDictionary<string, string> values)
{
    private const int LongestShownValue = 120;

    private readonly List<string> problems = [];
    private readonly SortedDictionary<string, string> inEffect = new(StringComparer.Ordinal);
    private readonly HashSet<string> secrets = new(StringComparer.Ordinal);

    /// <summary>One line for each variable that is wrong, naming it, its value and what is allowed.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>What was read, defaults included and secrets masked: <c>INTERVAL=1-min MACD_FAST=12</c>.</summary>
    public override string ToString() => string.Join(' ', inEffect.Select(setting => $"{setting.Key}={setting.Value}"));

    public bool IsSet(string name) => Find(name) is not null;

    public string Text(string name, string fallback) => Note(name, Find(name) ?? fallback);

    public string? Optional(string name) => Note(name, Find(name));

    /// <param name="name">The variable.</param>
    /// <param name="allowed">Said to the user when it is missing: what belongs there.</param>
    public string Required(string name, string allowed = "any text")
    {
        if (Find(name) is { } text)
            return Note(name, text);
        Reject(name, allowed);
        return string.Empty;
    }

    public int WholeNumber(string name, int fallback, int min, int max) =>
        Value(name, fallback, $"a whole number from {min} to {max}",
            (text, out value) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
                && value >= min && value <= max);

    public double Number(string name, double fallback, double min, double max) =>
        Value(name, fallback, string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"),
            (text, out value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value >= min && value <= max);

    /// <summary>A number with a unit: <c>250ms</c>, <c>30s</c>, <c>5m</c>, <c>2h</c>, <c>7d</c>.</summary>
    public TimeSpan Duration(string name, TimeSpan fallback, TimeSpan min, TimeSpan max) =>
        Value(name, fallback, $"a duration from {DurationText.Show(min)} to {DurationText.Show(max)}, with its unit: ms, s, m, h or d",
            (text, out value) => DurationText.TryParse(text, out value) && value >= min && value <= max, DurationText.Show);

    public bool Flag(string name, bool fallback) => Choice(name, fallback, ("true", true), ("false", false), ("1", true), ("0", false));

    /// <summary>One of the named values; upper and lower case are the same.</summary>
    public T Choice<T>(string name, T fallback, params (string Name, T Value)[] choices) where T : notnull =>
        Value(name, fallback, Choices(choices), ParserOf(choices), value => NameOf(value, choices));

    public T RequiredChoice<T>(string name, params (string Name, T Value)[] choices) where T : notnull =>
        RequiredValue(name, Choices(choices), ParserOf(choices), value => NameOf(value, choices));

    /// <summary>A value of the caller's own kind.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="fallback">What holds where it is not set.</param>
    /// <param name="allowed">Said to the user when it is wrong: what belongs there.</param>
    /// <param name="parse">Reads it; what it refuses is a problem.</param>
    /// <param name="show">Shows it in the start-up line where its own text would not do.</param>
    public T Value<T>(string name, T fallback, string allowed, SettingParser<T> parse, Func<T, string>? show = null) where T : notnull
    {
        var value = fallback;
        if (Find(name) is { } text && !parse(text, out value))
        {
            Reject(name, allowed);
            return fallback;
        }
        Note(name, Show(value!, show));
        return value!;
    }

    /// <summary>As <see cref="Value{T}"/>, but must be set; where it is not, the stand-in is the type's default.</summary>
    public T RequiredValue<T>(string name, string allowed, SettingParser<T> parse, Func<T, string>? show = null) where T : notnull
    {
        if (Find(name) is { } text && parse(text, out var value))
        {
            Note(name, Show(value, show));
            return value;
        }
        Reject(name, allowed);
        return default!;
    }

    /// <summary>A value that is never shown.</summary>
    public Secret? Secret(string name)
    {
        secrets.Add(name);
        if (Find(name) is not { } text)
            return null;
        Note(name, text);
        return new Secret(text);
    }

    public Secret RequiredSecret(string name)
    {
        if (Secret(name) is { } secret)
            return secret;
        Reject(name, "a secret of at least one character");
        return new Secret(string.Empty);
    }

    public Uri Url(string name, Uri fallback, params string[] schemes) => Value(name, fallback, UrlText.Allowed(schemes), UrlText.Parser(schemes));

    public Uri RequiredUrl(string name, params string[] schemes)
    {
        var url = RequiredValue<Uri>(name, UrlText.Allowed(schemes), UrlText.Parser(schemes));
        return url ?? new Uri("http://not.set.invalid");
    }

    /// <summary>One <c>host:port</c>; an IPv6 address stands in brackets.</summary>
    public DnsEndPoint Endpoint(string name, DnsEndPoint fallback) =>
        Value(name, fallback, EndpointText.Allowed, EndpointText.TryParse, EndpointText.Show);

    /// <summary>Several <c>host:port</c>, separated by commas.</summary>
    public IReadOnlyList<DnsEndPoint> RequiredEndpoints(string name) =>
        RequiredValue<IReadOnlyList<DnsEndPoint>>(name, EndpointText.AllowedList, EndpointText.TryParseList, EndpointText.ShowList) ?? [];

    /// <summary>A port to listen on; 0 takes any that is free.</summary>
    public int Port(string name, int fallback) => WholeNumber(name, fallback, 0, IPEndPoint.MaxPort);

    /// <summary>The path of a file that can be read now.</summary>
    public string? ExistingFile(string name)
    {
        if (Find(name) is not { } path)
            return null;
        if (!File.Exists(path))
            Reject(name, "the path of an existing file");
        return Note(name, path);
    }

    /// <summary>Notes a problem that only several settings together show; <paramref name="allowed"/> says what would be right.</summary>
    public void Reject(string name, string allowed)
    {
        var subject = Find(name) is { } text ? $"{name} is '{Presentable(name, text)}'" : $"{name} is not set";
        problems.Add($"{subject}; allowed: {allowed}");
    }

    /// <summary>Notes a problem that is none of a single value; the sentence says what to do about it.</summary>
    public void Refuse(string sentence) => problems.Add(sentence);

    private string? Find(string name) => values.TryGetValue(name, out var text) && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private string Presentable(string name, string text)
    {
        if (secrets.Contains(name))
            return Contracts.Connections.Secret.Mask;
        var oneLine = string.Concat(UrlText.WithoutCredentials(text).Select(letter => char.IsControl(letter) ? '?' : letter));
        return oneLine.Length <= LongestShownValue ? oneLine : $"{oneLine[..LongestShownValue]}...";
    }

    private T Note<T>(string name, T text) where T : class?
    {
        if (text is not null)
            inEffect[name] = Presentable(name, text.ToString()!);
        return text;
    }

    private static string Show<T>(T value, Func<T, string>? show) where T : notnull =>
        show?.Invoke(value) ?? Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty;

    private static string Choices<T>((string Name, T Value)[] choices) => string.Join(", ", choices.Select(choice => choice.Name));

    private static string NameOf<T>(T value, (string Name, T Value)[] choices) =>
        choices.FirstOrDefault(choice => EqualityComparer<T>.Default.Equals(choice.Value, value)).Name ?? string.Empty;

    private static SettingParser<T> ParserOf<T>((string Name, T Value)[] choices) where T : notnull =>
        (string text, [MaybeNullWhen(false)] out T value) =>
        {
            var found = choices.Where(choice => string.Equals(choice.Name, text, StringComparison.OrdinalIgnoreCase)).ToArray();
            value = found.Length > 0 ? found[0].Value : default;
            return found.Length > 0;
        };
}
