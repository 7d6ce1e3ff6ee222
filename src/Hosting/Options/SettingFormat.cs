using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Runtime.Serialization;
using StockPipeline.Contracts.Connections;

namespace StockPipeline.Hosting.Options;

/// <summary>How the text of one variable becomes the value of a property, and what is said where it cannot.</summary>
/// <param name="Allowed">Said to the user: what belongs there.</param>
/// <param name="Parse">The value, or null where the text is refused.</param>
/// <param name="Show">The value as a user would write it.</param>
internal sealed record SettingFormat(string Allowed, Func<string, object?> Parse, Func<object, string> Show)
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>Finds the format of a property by its type and its attributes.</summary>
    public static SettingFormat Of(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var format = OfType(property, type);
        return property.GetCustomAttribute<AllowedAttribute>() is { } allowed ? format with { Allowed = allowed.Text } : format;
    }

    private static SettingFormat OfType(PropertyInfo property, Type type)
    {
        if (type.IsEnum)
            return OfEnum(type);
        var range = property.GetCustomAttribute<RangeAttribute>();
        return type switch
        {
            _ when type == typeof(string) => OfText(property),
            _ when type == typeof(int) => OfNumber(range, "a whole number", int.MinValue, int.MaxValue,
                text => int.TryParse(text, NumberStyles.AllowLeadingSign, Invariant, out var value) ? value : null),
            _ when type == typeof(long) => OfNumber(range, "a whole number", long.MinValue, long.MaxValue,
                text => long.TryParse(text, NumberStyles.AllowLeadingSign, Invariant, out var value) ? value : null),
            _ when type == typeof(double) => OfNumber(range, "a number", double.MinValue, double.MaxValue,
                text => double.TryParse(text, NumberStyles.Float, Invariant, out var value) ? value : null),
            _ when type == typeof(bool) => new("true, false, 1, 0", ParseFlag, value => (bool)value ? "true" : "false"),
            _ when type == typeof(TimeSpan) => OfDuration(property),
            _ when type == typeof(Uri) => OfUrl(property),
            _ when type == typeof(Secret) => new("a secret of at least one character", text => new Secret(text), _ => Secret.Mask),
            _ when type == typeof(DnsEndPoint) =>
                new(EndpointText.Allowed, text => EndpointText.TryParse(text, out var value) ? value : null,
                    value => EndpointText.Show((DnsEndPoint)value)),
            _ when type == typeof(IReadOnlyList<DnsEndPoint>) =>
                new(EndpointText.AllowedList, text => EndpointText.TryParseList(text, out var value) ? value : null,
                    value => EndpointText.ShowList((IReadOnlyList<DnsEndPoint>)value)),
            _ when type == typeof(IPAddress) =>
                new("an IP address to listen on, such as 127.0.0.1 or 0.0.0.0",
                    ParseAddress, Plain),
            _ when type == typeof(DateTimeOffset) =>
                new("an instant in UTC such as 2026-11-20T06:45:00Z", text => ParseInstant(text),
                    value => ((DateTimeOffset)value).ToString("yyyy-MM-ddTHH:mm:ssZ", Invariant)),
            _ => OfOwnType(type),
        };
    }

    private static string Plain(object value) => Convert.ToString(value, Invariant) ?? string.Empty;

    private static SettingFormat OfText(PropertyInfo property)
    {
        if (property.GetCustomAttribute<AllowedValuesAttribute>() is not { } choices)
            return new("any text", text => text, Plain);
        var names = choices.Values.Select(value => (string)value!).ToArray();
        return new(string.Join(", ", names), text => Array.Find(names, name => Same(name, text)), Plain);
    }

    private static SettingFormat OfNumber<T>(RangeAttribute? range, string kind, T least, T most, Func<string, T?> parse)
        where T : struct, IComparable<T>
    {
        var min = range is null ? least : (T)Convert.ChangeType(range.Minimum, typeof(T), Invariant);
        var max = range is null ? most : (T)Convert.ChangeType(range.Maximum, typeof(T), Invariant);
        return new(
            range is null ? kind : string.Create(Invariant, $"{kind} from {min} to {max}"),
            text => parse(text) is { } value && value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0 ? value : null, Plain);
    }

    private static SettingFormat OfDuration(PropertyInfo property)
    {
        const string units = "with its unit: ms, s, m, h or d";
        var range = property.GetCustomAttribute<DurationRangeAttribute>();
        var (min, max) = range is null ? (TimeSpan.Zero, TimeSpan.MaxValue) : (range.Min, range.Max);
        return new(
            range is null ? $"a duration, {units}" : $"a duration from {range.MinText} to {range.MaxText}, {units}",
            text => DurationText.TryParse(text, out var value) && value >= min && value <= max ? value : null,
            value => DurationText.Show((TimeSpan)value));
    }

    private static SettingFormat OfUrl(PropertyInfo property)
    {
        var schemes = property.GetCustomAttribute<UrlSchemesAttribute>()?.Schemes.ToArray() ?? [];
        return new(UrlText.Allowed(schemes), text => UrlText.Parse(text, schemes), Plain);
    }

    private static SettingFormat OfEnum(Type type)
    {
        var names = type.GetFields(BindingFlags.Public | BindingFlags.Static).ToDictionary(
            field => field.GetCustomAttribute<EnumMemberAttribute>()?.Value ?? field.Name.ToLowerInvariant(), field => field.GetValue(null)!);
        return new(
            string.Join(", ", names.Keys), text => names.FirstOrDefault(one => Same(one.Key, text)).Value,
            value => names.First(one => one.Value.Equals(value)).Key);
    }

    /// <summary>A type of ours: its own TryParse reads it, and its own Allowed says what it takes.</summary>
    private static SettingFormat OfOwnType(Type type)
    {
        var parse = type.GetMethods(BindingFlags.Public | BindingFlags.Static).FirstOrDefault(method => method.Name == "TryParse"
                && method.GetParameters() is [{ ParameterType: var text }, { IsOut: true }] && text == typeof(string))
            ?? throw new NotSupportedException($"A setting cannot be a {type.Name}: it has no TryParse(string, out {type.Name}).");
        var allowed = type.GetProperty("Allowed", BindingFlags.Public | BindingFlags.Static)?.GetValue(null)
            ?? type.GetField("Allowed", BindingFlags.Public | BindingFlags.Static)?.GetValue(null);
        return new(
            allowed as string ?? $"a {type.Name}",
            text =>
            {
                object?[] arguments = [text, null];
                return parse.Invoke(null, arguments) is true ? arguments[1] : null;
            },
            Plain);
    }

    private static object? ParseFlag(string text) => text.ToLowerInvariant() switch
    {
        "true" or "1" => true,
        "false" or "0" => false,
        _ => null,
    };

    /// <summary>The platform takes 16, 0x10 and 127.1 for addresses too, which is hardly ever meant.</summary>
    private static IPAddress? ParseAddress(string text) =>
        IPAddress.TryParse(text, out var value) && (text.Contains(':', StringComparison.Ordinal) || value.ToString() == text) ? value : null;

    private static DateTimeOffset? ParseInstant(string text) =>
        DateTimeOffset.TryParse(text, Invariant, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var value)
            && text.EndsWith('Z') ? value : null;

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
