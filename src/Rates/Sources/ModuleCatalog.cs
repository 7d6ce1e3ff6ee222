using System.Collections.Frozen;

namespace StockPipeline.Rates.Sources;

/// <summary>
/// All modules of this assembly, by name: a fixed list, though nobody has to write it. What a row names is looked up, never loaded.
/// </summary>
public sealed class ModuleCatalog
{
    public static readonly ModuleCatalog Default = new([.. typeof(ModuleCatalog).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(SourceModule)) && !type.IsAbstract)
        .Select(type => (SourceModule)Activator.CreateInstance(type)!)]);

    private readonly FrozenDictionary<string, SourceModule> byName;

    public ModuleCatalog(IReadOnlyList<SourceModule> modules)
    {
        byName = modules.SelectMany(module => module.Aliases.Append(module.Name).Select(name => KeyValuePair.Create(name, module)))
            .ToFrozenDictionary(StringComparer.Ordinal);
        Allowed = string.Join(", ", modules.Select(module => module.Name).Order(StringComparer.Ordinal));
    }

    /// <summary>What a message to the user lists as allowed.</summary>
    public string Allowed { get; }

    public SourceModule? Find(string name) => byName.GetValueOrDefault(name.Trim());
}
