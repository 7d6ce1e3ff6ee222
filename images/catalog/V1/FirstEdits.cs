using StockPipeline.Catalog.Naming;
using StockPipeline.CatalogApi.Editing;
using StockPipeline.CatalogApi.Reading;
using StockPipeline.CatalogApi.Storing;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogApi.V1;

/// <summary>An edit that the first interface refuses, with the text that its clients know.</summary>
internal sealed class EditRefusedException(string text) : Exception(text)
{
    public const string ProductExists = "Товар с таким именем уже существует";
    public const string ProductAbsent = "Данного товара не существует";
    public const string ProductFailed = "Ошибка при добавлении продукта";
    public const string GroupExists = "Группа характеристик с таким именем для указанного товара уже существует";
    public const string GroupFailed = "Ошибка при добавлении группы характеристик";
    public const string PropertyExists = "Такая характеристика для данной группы уже существует";
    public const string PropertyFailed = "Ошибка при добавлении характеристики";
}

/// <summary>A property where it stands.</summary>
internal sealed record PlacedProperty(CatalogProduct Product, CatalogAttribute Attribute, CatalogProductProperty Property);

/// <summary>The six edits of the first interface.</summary>
internal sealed class FirstEdits(CatalogState state, CatalogQueries queries, Editor editor, TimeProvider clock)
{
    /// <summary>The first of the numbers that groups of a single product can have.</summary>
    private const int FirstOwnGroup = 48;

    public async Task<CatalogProduct> AddProductAsync(string name, string brand, string description, CancellationToken cancellationToken)
    {
        var key = ProductKey.Of(brand, name);
        if (key.Length == 0 || string.IsNullOrWhiteSpace(name))
            throw new EditRefusedException(EditRefusedException.ProductFailed);
        var product = await editor.ApplyAsync(
            async stop => await queries.IsNameTakenAsync(name, brand, 0, stop)
                ? throw new EditRefusedException(EditRefusedException.ProductExists)
                : new EditDraft(
                    new CatalogItem
                    {
                        Product = key, Partner = CatalogPartner.Editor, Fingerprint = key, PartnerId = "", Name = name, Brand = brand,
                        Description = description, ObservedAt = clock.GetUtcNow(), Hash = "",
                    },
                    null),
            cancellationToken);
        return product!;
    }

    public Task ChangeProductAsync(int number, string? name, string? brand, string? description, CancellationToken cancellationToken) =>
        editor.ApplyAsync(
            async stop =>
            {
                var product = await queries.ProductAsync(number, stop) ?? throw new EditRefusedException(EditRefusedException.ProductAbsent);
                if (name is null && brand is null && description is null)
                    return null;
                if (name is not null && await queries.IsNameTakenAsync(name, brand ?? product.Brand.Value, number, stop))
                    throw new EditRefusedException(EditRefusedException.ProductExists);
                var word = EditorWord.Of(product);
                return new EditDraft(
                    word with { Name = name ?? word.Name, Brand = brand ?? word.Brand, Description = description ?? word.Description }, product);
            },
            cancellationToken);

    /// <returns>The id of the group.</returns>
    public async Task<int> AddGroupAsync(string name, int number, CancellationToken cancellationToken)
    {
        CatalogGroup? group = null;
        await editor.ApplyAsync(
            async stop =>
            {
                var product = await queries.ProductAsync(number, stop) ?? throw new EditRefusedException(EditRefusedException.GroupFailed);
                var there = state.Dictionary.GroupsOf(product);
                if (there.Any(one => TextFold.Fold(one.Name) == TextFold.Fold(name)))
                    throw new EditRefusedException(EditRefusedException.GroupExists);
                group = NewGroup(name, there) ?? throw new EditRefusedException(EditRefusedException.GroupFailed);
                return new EditDraft(EditorWord.With(EditorWord.Of(product), new CatalogItemGroup(group.Code, name)), product);
            },
            cancellationToken);
        return CatalogAttribute.GroupId(number, group!.Number);
    }

    public Task RenameGroupAsync(int id, string name, int number, CancellationToken cancellationToken) => editor.ApplyAsync(
        async stop =>
        {
            var (product, group) = await GroupAsync(id, stop) ?? throw new EditRefusedException(EditRefusedException.GroupFailed);
            // A group's id is made of its product's number: it cannot go to another.
            if (product.Number != number)
                throw new EditRefusedException(EditRefusedException.GroupFailed);
            if (state.Dictionary.GroupsOf(product).Any(one => one.Group != group.Group && TextFold.Fold(one.Name) == TextFold.Fold(name)))
                throw new EditRefusedException(EditRefusedException.GroupExists);
            return new EditDraft(EditorWord.With(EditorWord.Of(product), new CatalogItemGroup(group.Group.Code, name)), product);
        },
        cancellationToken);

    public async Task<PlacedProperty> AddPropertyAsync(
        string name, string value, string? description, int groupId, CancellationToken cancellationToken)
    {
        CatalogAttribute? attribute = null;
        var product = await editor.ApplyAsync(
            async stop =>
            {
                var (before, group) = await GroupAsync(groupId, stop) ?? throw new EditRefusedException(EditRefusedException.PropertyFailed);
                if (group.Properties.Any(pair => TextFold.Fold(FirstAnswers.NameOf(pair.Attribute, pair.Property)) == TextFold.Fold(name)))
                    throw new EditRefusedException(EditRefusedException.PropertyExists);
                attribute = await editor.AttributeAsync(group.Group, name, stop)
                    ?? throw new EditRefusedException(EditRefusedException.PropertyFailed);
                return new EditDraft(
                    EditorWord.With(EditorWord.Of(before), new CatalogItemProperty
                    {
                        Attribute = attribute.Code, Value = EditorWord.Value(attribute, value), ChangedAt = clock.GetUtcNow(),
                            Description = description,
                    }),
                    before);
            },
            cancellationToken);
        return new PlacedProperty(product!, attribute!, product!.Properties.Single(property => property.Attribute == attribute!.Code));
    }

    public Task ChangePropertyAsync(
        int id, string? name, string? value, string? description, int groupId, CancellationToken cancellationToken) => editor.ApplyAsync(
            async stop =>
            {
                var (product, group) = await GroupAsync(groupId, stop) ?? throw new EditRefusedException(EditRefusedException.PropertyFailed);
                var (attribute, property) = group.Properties.FirstOrDefault(
                    pair => CatalogAttribute.PropertyId(product.Number, pair.Attribute.Number) == id);
                if (attribute is null)
                    throw new EditRefusedException(EditRefusedException.PropertyFailed);
                if (name is null && value is null && description is null)
                    return null;
                if (name is not null && group.Properties.Any(pair =>
                    pair.Attribute != attribute && TextFold.Fold(FirstAnswers.NameOf(pair.Attribute, pair.Property)) == TextFold.Fold(name)))
                    throw new EditRefusedException(EditRefusedException.PropertyExists);
                return new EditDraft(
                    EditorWord.With(EditorWord.Of(product), new CatalogItemProperty
                    {
                        Attribute = attribute.Code, Value = value is null ? property.Value : EditorWord.Value(attribute, value),
                        ChangedAt = clock.GetUtcNow(), Name = name ?? property.Name, Description = description ?? property.Description,
                    }),
                    product);
            },
            cancellationToken);

    private async Task<(CatalogProduct Product, GatheredGroup Group)?> GroupAsync(int id, CancellationToken cancellationToken)
    {
        if (id <= 0 || await queries.ProductAsync(id / CatalogAttribute.GroupNumbers, cancellationToken) is not { } product)
            return null;
        var group = state.Dictionary.GroupsOf(product).FirstOrDefault(one => one.Group.Number == id % CatalogAttribute.GroupNumbers);
        return group is null ? null : (product, group);
    }

    /// <summary>The dictionary's group of that name, or one of the numbers for groups that only one product has.</summary>
    private CatalogGroup? NewGroup(string name, IReadOnlyList<GatheredGroup> there)
    {
        var known = state.Dictionary.ByCode.Values.Select(attribute => attribute.Group)
            .FirstOrDefault(group => TextFold.Fold(group.Name) == TextFold.Fold(name));
        if (known is not null && !there.Any(one => one.Group.Number == known.Number))
            return known;
        for (var number = FirstOwnGroup; number < CatalogAttribute.GroupNumbers; number++)
        {
            if (!there.Any(one => one.Group.Number == number))
                return new CatalogGroup($"x-{CatalogPartner.Editor}-{number}", number, name);
        }
        return null;
    }
}
