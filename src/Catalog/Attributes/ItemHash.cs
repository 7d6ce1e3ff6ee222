using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.Catalog.Attributes;

/// <summary>A short sum over what an item says, and not over when it was said: equal sums need no new record.</summary>
public static class ItemHash
{
    private const int Bytes = 16;

    public static string Of(CatalogItem item)
    {
        var text = new StringBuilder();
        Add(text, item.Product, item.Partner, item.Fingerprint, item.Name, item.Brand, item.Model, item.Description);
        foreach (var group in item.Groups)
            Add(text.Append('G'), group.Group, group.Name);
        foreach (var property in item.Properties)
        {
            var value = property.Value;
            Add(text.Append('P'), property.Attribute, property.Name, property.Description, value.Raw, value.RawUnit, value.Text);
            text.Append((int)value.Kind).Append(value.Suspect);
            foreach (var number in value.Numbers)
                text.Append(CultureInfo.InvariantCulture, $"{number:R},");
            foreach (var one in value.Items)
                Add(text, one);
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, Bytes));
    }

    /// <summary>Each with its length before it, so that no two ways of cutting give the same text.</summary>
    private static void Add(StringBuilder text, params ReadOnlySpan<string?> parts)
    {
        foreach (var part in parts)
            text.Append(CultureInfo.InvariantCulture, $"{part?.Length ?? -1}:").Append(part);
    }
}
