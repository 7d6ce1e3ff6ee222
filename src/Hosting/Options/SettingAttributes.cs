using System.ComponentModel.DataAnnotations;

namespace StockPipeline.Hosting.Options;

/// <summary>Says to the user what belongs into the variable, where its type and range do not say it well enough.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AllowedAttribute(string text) : Attribute
{
    public string Text { get; } = text;
}

/// <summary>The shortest and the longest duration, as settings write them: <c>[DurationRange("1s", "1h")]</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationRangeAttribute(string min, string max) : Attribute
{
    public string MinText { get; } = min;

    public string MaxText { get; } = max;

    internal TimeSpan Min => DurationText.Parse(MinText);

    internal TimeSpan Max => DurationText.Parse(MaxText);
}

/// <summary>The schemes a URL may begin with; without it http and https.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UrlSchemesAttribute(params string[] schemes) : Attribute
{
    public IReadOnlyList<string> Schemes { get; } = schemes;
}

/// <summary>The path of a file that can be read now.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ExistingFileAttribute() : ValidationAttribute("the path of an existing file")
{
    public override bool IsValid(object? value) => value is not string path || File.Exists(path);
}
