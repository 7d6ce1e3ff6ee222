namespace StockPipeline.SchemaRegistryServer.Storage;

/// <summary>Where the registry keeps what it knows: a log of keys and values, of which the last value of each key counts.</summary>
public interface ISchemaLog : IAsyncDisposable
{
    /// <summary>Ends, with the failure, when the log can no longer be read.</summary>
    Task Ended { get; }

    /// <summary>Gives the reader everything there is, then whatever comes; over when the reader has seen what there was at the start.</summary>
    Task StartAsync(ISchemaLogReader reader, CancellationToken stop);

    /// <summary>Adds an entry; over when it is safe and the reader has seen it. One call at a time.</summary>
    /// <exception cref="SchemaLogException">The entry may or may not be in the log.</exception>
    Task AppendAsync(string key, byte[]? value, CancellationToken stop);
}

/// <summary>Follows a log, entry by entry.</summary>
public interface ISchemaLogReader
{
    /// <summary>The log begins anew: what was read from it counts no longer.</summary>
    void Reset();

    /// <summary>The next entry; without a value the key is gone.</summary>
    void Apply(string key, byte[]? value);
}

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
