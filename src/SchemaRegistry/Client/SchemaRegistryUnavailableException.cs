namespace StockPipeline.SchemaRegistry.Client;

/// <summary>No answer of the registry within the tries and the time there are: an outage, which passes.</summary>
public sealed class SchemaRegistryUnavailableException : Exception
{
    public SchemaRegistryUnavailableException(string message) : base(message)
    {
    }

    public SchemaRegistryUnavailableException(string message, Exception? inner) : base(message, inner)
    {
    }

    public SchemaRegistryUnavailableException() : base("The schema registry does not answer.")
    {
    }
}
