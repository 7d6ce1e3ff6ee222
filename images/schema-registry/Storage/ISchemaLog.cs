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
