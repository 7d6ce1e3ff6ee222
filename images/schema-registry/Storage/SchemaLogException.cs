namespace StockPipeline.SchemaRegistryServer.Storage;

/// <summary>The log did not confirm an entry: it may be there or not.</summary>
public sealed class SchemaLogException : Exception
{
    public SchemaLogException(string message) : base(message)
    {
    }

    public SchemaLogException(string message, Exception inner) : base(message, inner)
    {
    }

    public SchemaLogException() : base("The log does not confirm.")
    {
    }
}
