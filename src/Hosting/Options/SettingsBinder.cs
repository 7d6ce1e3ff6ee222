using System.ComponentModel.DataAnnotations;
using System.Reflection;
using StockPipeline.Contracts.Connections;

namespace StockPipeline.Hosting.Options;

/// <summary>
/// Fills the properties of an options class that name their variable with <see cref="ConfigurationKeyNameAttribute"/>, and checks them. Unlike
/// the binder of the platform it never throws for what a user wrote: every problem of every variable is noted, one line each, naming the
/// variable, its value and what is allowed. A variable set to nothing counts as not set. Any may be given as a file instead, NAME_FILE.
/// </summary>
internal sealed class SettingsBinder(IConfiguration configuration)
{
    private const int LongestShownValue = 120;
    private const string FileSuffix = "_FILE";

    private readonly List<string> problems = [];
    private readonly SortedDictionary<string, string> inEffect = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Problems => problems;

    /// <summary>What was read, by variable, defaults included and secrets masked.</summary>
    public IReadOnlyDictionary<string, string> InEffect => inEffect;

    /// <summary>The text of a variable, or of the file that its NAME_FILE names; null where neither is set.</summary>
    /// <exception cref="FormatException">Both are set, or the file cannot be read; the message says so.</exception>
    public static string? Find(IConfiguration configuration, string name)
    {
        var text = Clean(configuration[name]);
        if (name.EndsWith(FileSuffix, StringComparison.Ordinal) || Clean(configuration[name + FileSuffix]) is not { } path)
            return text;
        if (text is not null)
            throw new FormatException($"{name} and {name}{FileSuffix} are both set; allowed: one of them");
        return SecretFile.TryRead(path, out var content)
            ? Clean(content)
            : throw new FormatException($"{name}{FileSuffix} is '{Presentable(path)}'; allowed: {SecretFile.Allowed}");
    }

    /// <summary>Fills <paramref name="options"/> and checks them; what could not be read keeps its default.</summary>
    public void Bind(object options)
    {
        var before = problems.Count;
        var properties = options.GetType().GetProperties()
            .Where(property => property.GetCustomAttribute<ConfigurationKeyNameAttribute>() is not null).ToArray();
        foreach (var property in properties)
            Bind(options, property);
        if (problems.Count == before && options is IValidatableObject checkedAsOne)
            Validate(checkedAsOne, properties);
    }

    private void Bind(object options, PropertyInfo property)
    {
        var (name, format) = (NameOf(property), SettingFormat.Of(property));
        string? text;
        try
        {
            text = Find(configuration, name);
        }
        catch (FormatException wrong)
        {
            problems.Add(wrong.Message);
            return;
        }
        if (text is not null)
        {
            if (format.Parse(text) is { } value && Invalid(property, value) is null)
                property.SetValue(options, value);
            else
                Reject(property, text, format.Parse(text) is { } read ? Invalid(property, read)! : format.Allowed);
        }
        else if (property.IsDefined(typeof(RequiredAttribute)))
        {
            problems.Add($"{name} is not set; allowed: {format.Allowed}");
        }
        if (property.GetValue(options) is { } inForce)
            inEffect[name] = Presentable(format.Show(inForce));
    }

    private void Validate(IValidatableObject options, PropertyInfo[] properties)
    {
        foreach (var problem in options.Validate(new ValidationContext(options)))
        {
            var property = Array.Find(properties, one => problem.MemberNames.Contains(one.Name));
            if (property is null)
                problems.Add(problem.ErrorMessage!);
            else
                Reject(property, Find(configuration, NameOf(property)), problem.ErrorMessage!);
        }
    }

    private static string? Invalid(PropertyInfo property, object value) => property.GetCustomAttributes<ValidationAttribute>()
        .Where(rule => rule is not (RangeAttribute or RequiredAttribute or AllowedValuesAttribute) && !rule.IsValid(value))
        .Select(rule => property.GetCustomAttribute<AllowedAttribute>()?.Text ?? rule.ErrorMessage ?? rule.FormatErrorMessage(property.Name))
        .FirstOrDefault();

    private void Reject(PropertyInfo property, string? text, string allowed)
    {
        var shown = property.PropertyType == typeof(Secret) ? Secret.Mask : text is null ? null : Presentable(text);
        var subject = text is null ? $"{NameOf(property)} is not set" : $"{NameOf(property)} is '{shown}'";
        problems.Add($"{subject}; allowed: {allowed}");
    }

    private static string NameOf(PropertyInfo property) => property.GetCustomAttribute<ConfigurationKeyNameAttribute>()!.Name;

    private static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string Presentable(string text)
    {
        var oneLine = string.Concat(UrlText.WithoutCredentials(text).Select(letter => char.IsControl(letter) ? '?' : letter));
        return oneLine.Length <= LongestShownValue ? oneLine : $"{oneLine[..LongestShownValue]}...";
    }
}
