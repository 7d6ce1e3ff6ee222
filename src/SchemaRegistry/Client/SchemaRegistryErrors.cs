using System.Net;

namespace StockPipeline.SchemaRegistry.Client;

/// <summary>Tells that the registry refused: asking again gives the same answer.</summary>
public sealed class SchemaRegistryException : Exception
{
    private const int NoSuchSchema = 40403;

    /// <param name="status">Of HTTP.</param>
    /// <param name="code">The registry's own code; the status where the answer held none.</param>
    /// <param name="message">What was asked, and what the registry said.</param>
    /// <param name="inner">What the client was told.</param>
    public SchemaRegistryException(HttpStatusCode status, int code, string message, Exception? inner = null) : base(message, inner)
    {
        Status = status;
        Code = code;
    }

    public SchemaRegistryException(string message) : base(message)
    {
    }

    public SchemaRegistryException(string message, Exception inner) : base(message, inner)
    {
    }

    public SchemaRegistryException() : base("The schema registry refuses.")
    {
    }

    public HttpStatusCode Status { get; }

    public int Code { get; }

    /// <summary>The registry is there and has no such id; one that lags behind or was restored may have it later.</summary>
    public bool IsUnknownSchema => Code == NoSuchSchema;

    /// <summary>The schema does not fit those the subject has already.</summary>
    public bool IsIncompatible => Status == HttpStatusCode.Conflict;
}

/// <summary>Tells that no answer came within the tries and the time there are: an outage, which passes.</summary>
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
