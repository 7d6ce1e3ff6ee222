using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using StockPipeline.Hosting.Services;

namespace StockPipeline.Hosting.Options;

/// <summary>
/// Makes the options of a service instance from what is set for it, and refuses them with every problem found. The name of the options is the
/// name of the instance.
/// </summary>
internal sealed class EnvironmentOptions<TOptions>(ServiceCatalog catalog) : IConfigureNamedOptions<TOptions>, IValidateOptions<TOptions>
    where TOptions : class
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> problems = new(StringComparer.Ordinal);

    public void Configure(TOptions options) => Configure(Microsoft.Extensions.Options.Options.DefaultName, options);

    public void Configure(string? name, TOptions options)
    {
        if (catalog.Find(name) is not { } instance)
            return;
        var binder = new SettingsBinder(instance.Configuration);
        binder.Bind(options);
        problems[instance.Name] = binder.Problems;
        instance.Note(binder.InEffect);
    }

    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        if (catalog.Find(name) is not { } instance)
            return ValidateOptionsResult.Skip;
        return problems.TryGetValue(instance.Name, out var found) && found.Count > 0
            ? ValidateOptionsResult.Fail(found) : ValidateOptionsResult.Success;
    }
}
