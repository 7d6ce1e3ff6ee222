using System.Buffers;

namespace StockPipeline.Avro.Schemas;

/// <summary>The name of a type with its namespace, which is empty where there is none.</summary>
public readonly record struct SchemaName
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private SchemaName(string space, string local)
    {
        Namespace = space;
        Local = local;
    }

    public string Namespace { get; }

    public string Local { get; }

    public string Full => Namespace.Length == 0 ? Local : $"{Namespace}.{Local}";

    /// <summary>A name as a schema writes it: one with dots is whole, another belongs to the namespace around it.</summary>
    /// <exception cref="InvalidSchemaException">It is not a name.</exception>
    public static SchemaName Of(string text, string space)
    {
        var dot = text.LastIndexOf('.');
        var (prefix, local) = dot < 0 ? (space, text) : (text[..dot], text[(dot + 1)..]);
        CheckLocal(local);
        return new SchemaName(CheckNamespace(prefix), local);
    }

    internal static string CheckLocal(string text) => IsLocal(text)
        ? text
        : throw new InvalidSchemaException($"'{text}' is not a name: a letter or '_', then letters, digits and '_' are expected");

    internal static string CheckNamespace(string text) => text.Length == 0 || text.Split('.').All(IsLocal)
        ? text
        : throw new InvalidSchemaException($"'{text}' is not a namespace");

    public override string ToString() => Full;

    private static bool IsLocal(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && !text.AsSpan().ContainsAnyExcept(Allowed);
}
