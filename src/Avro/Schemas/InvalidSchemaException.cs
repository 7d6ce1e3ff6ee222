namespace StockPipeline.Avro.Schemas;

/// <summary>A text that is not an Avro schema; the message names the place.</summary>
public sealed class InvalidSchemaException : Exception
{
    public InvalidSchemaException(string message) : base(message)
    {
    }

    public InvalidSchemaException(string message, Exception inner) : base(message, inner)
    {
    }

    public InvalidSchemaException() : base("The schema is not valid.")
    {
    }
}
