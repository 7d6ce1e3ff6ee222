using StockPipeline.Catalog.Naming;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.Catalog.Attributes;

/// <summary>
/// The dictionary as one writer sees it: the built-in attributes, and those that somebody met without knowing what they are. Used by one thread.
/// </summary>
public sealed class AttributeBook
{
    private readonly Dictionary<string, CatalogAttribute> byCode = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Partner, string Id), CatalogAttribute> byId = [];
    private readonly Dictionary<(string Partner, string Name), CatalogAttribute> byName = [];
    private readonly Dictionary<string, CatalogGroup> groups = new(StringComparer.Ordinal);

    public AttributeBook()
    {
        foreach (var group in BuiltInAttributes.Groups)
            groups[TextFold.Fold(group.Name)] = group;
        foreach (var attribute in BuiltInAttributes.All)
            Learn(attribute);
    }

    public IReadOnlyCollection<CatalogAttribute> All => byCode.Values;

    public CatalogAttribute? Find(string code) => byCode.GetValueOrDefault(code);

    /// <summary>What a partner calls so: by its number there, else by its name.</summary>
    public CatalogAttribute? Find(string partner, string id, string name) =>
        (id.Length > 0 ? byId.GetValueOrDefault((partner, id)) : null) ?? byName.GetValueOrDefault((partner, TextFold.Fold(name)));

    /// <summary>An attribute of that name in that group, whoever calls it so.</summary>
    public CatalogAttribute? FindIn(string group, string name)
    {
        var folded = TextFold.Fold(name);
        return byCode.Values.Where(one => one.Group.Code == group && one.Names.Any(named => TextFold.Fold(named.Name) == folded))
            .OrderBy(one => one.Number).FirstOrDefault();
    }

    public CatalogGroup? FindGroup(string name) => groups.GetValueOrDefault(TextFold.Fold(name));

    /// <summary>Takes what the topic says; of a built-in attribute only the description, for the rest is this program's to say.</summary>
    public void Learn(CatalogAttribute attribute)
    {
        if (byCode.TryGetValue(attribute.Code, out var known) && !known.Unmapped)
            attribute = known with { Description = attribute.Description ?? known.Description };
        byCode[attribute.Code] = attribute;
        groups.TryAdd(TextFold.Fold(attribute.Group.Name), attribute.Group);
        foreach (var name in attribute.Names)
        {
            if (name.Id.Length > 0)
                byId[(name.Partner, name.Id)] = attribute;
            byName[(name.Partner, TextFold.Fold(name.Name))] = attribute;
        }
    }

    /// <summary>Gives a number and a code to what nobody has mapped; null when the partner's numbers are used up.</summary>
    public CatalogAttribute? Add(string partner, string id, string name, string groupName, string? description)
    {
        var group = FindGroup(groupName) ?? AddGroup(partner, groupName);
        var (first, last) = KnownPartners.AttributeNumbers(partner);
        var number = NextFree(first, last, byCode.Values.Select(one => one.Number));
        if (group is null || number is null)
            return null;
        var attribute = new CatalogAttribute
        {
            Code = $"x-{partner}-{number}", Number = number.Value, Group = group, Kind = CatalogKind.Text,
            Names = [new CatalogAttributeName(partner, id, name)], Description = description, Unmapped = true,
        };
        Learn(attribute);
        return attribute;
    }

    /// <summary>A group of that name, made where there is none; null when the partner's numbers are used up.</summary>
    public CatalogGroup? AddGroup(string partner, string name)
    {
        if (FindGroup(name) is { } known)
            return known;
        var (first, last) = KnownPartners.GroupNumbers(partner);
        if (NextFree(first, last, groups.Values.Select(one => one.Number)) is not { } number)
            return null;
        return groups[TextFold.Fold(name)] = new CatalogGroup($"x-{partner}-{number}", number, name);
    }

    private static int? NextFree(int first, int last, IEnumerable<int> taken)
    {
        var next = taken.Where(number => number >= first && number <= last).DefaultIfEmpty(first - 1).Max() + 1;
        return next <= last ? next : null;
    }
}
