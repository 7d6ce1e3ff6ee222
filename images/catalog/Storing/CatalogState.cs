using System.Collections.Immutable;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogApi.Storing;

/// <summary>What is small enough to be kept in memory: the dictionary, the partners and the aliases. Safe from any thread.</summary>
internal sealed class CatalogState(TimeSpan offerFreshFor, TimeProvider clock)
{
    private volatile Dictionary dictionary = Dictionary.BuiltIn;
    private ImmutableSortedDictionary<string, CatalogPartner> partners = ImmutableSortedDictionary.Create<string,
        CatalogPartner>(StringComparer.Ordinal);
    private ImmutableSortedDictionary<string, CatalogAlias> aliases = ImmutableSortedDictionary.Create<string, CatalogAlias>(StringComparer.Ordinal);

    public Dictionary Dictionary
    {
        get => dictionary;
        set => dictionary = value;
    }

    public ImmutableSortedDictionary<string, CatalogPartner> Partners => Volatile.Read(ref partners);

    public ImmutableSortedDictionary<string, CatalogAlias> Aliases => Volatile.Read(ref aliases);

    public void Set(string partner, CatalogPartner? state) =>
        Volatile.Write(ref partners, state is null ? Partners.Remove(partner) : Partners.SetItem(partner, state));

    public void SetAlias(string key, CatalogAlias? alias) =>
        Volatile.Write(ref aliases, alias is null ? Aliases.Remove(key) : Aliases.SetItem(key, alias));

    public bool IsFresh(string partner) =>
        Partners.GetValueOrDefault(partner)?.CompleteAt is { } at && clock.GetUtcNow() - at <= offerFreshFor;

    /// <summary>The partners whose offers can be the best.</summary>
    public string[] FreshPartners() => [.. Partners.Keys.Where(IsFresh)];
}
