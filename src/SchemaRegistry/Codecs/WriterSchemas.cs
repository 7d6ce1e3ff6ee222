using System.Collections.Concurrent;
using StockPipeline.Avro.Records;
using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Serialization;
using StockPipeline.SchemaRegistry.Client;

namespace StockPipeline.SchemaRegistry.Codecs;

/// <summary>
/// For each writer's schema id the way its records are read: fetched and worked out once. An id that the registry does not have, or
/// whose schema ours cannot be read from, makes its records unreadable; that the registry does not answer is an outage.
/// </summary>
internal sealed class WriterSchemas<T>(ISchemaRegistry registry, TimeProvider clock, CodecOptions options, Func<AvroSchema, RecordReader<T>> readerOf)
{
    private readonly ConcurrentDictionary<int, Writer> known = new();

    /// <summary>One fetch at a time: the records of a partition mostly have the same writer, and the others wait for the same answer.</summary>
    private readonly Lock fetching = new();

    public void Add(int id, RecordReader<T> reader) => known[id] = new Writer(reader, null, 0);

    public T Read(int id, ReadOnlySpan<byte> bytes) => Reader(id)(bytes);

    private RecordReader<T> Reader(int id)
    {
        if (Find(id) is { } writer)
            return writer.Reader ?? throw new UnreadableRecordException(writer.WhyNot!);
        lock (fetching)
        {
            writer = Find(id) ?? Fetch(id);
            return writer.Reader ?? throw new UnreadableRecordException(writer.WhyNot!);
        }
    }

    private Writer? Find(int id)
    {
        if (!known.TryGetValue(id, out var writer))
            return null;
        return writer.Reader is not null || clock.GetElapsedTime(writer.Since) < options.UnreadableFor ? writer : null;
    }

    private Writer Fetch(int id)
    {
        Writer writer;
        try
        {
            writer = new Writer(readerOf(Schema(id)), null, 0);
        }
        catch (SchemaRegistryException error) when (error.IsUnknownSchema)
        {
            writer = new Writer(null, $"The schema registry has no schema {id}.", clock.GetTimestamp());
        }
        catch (InvalidSchemaException error)
        {
            writer = new Writer(null, $"Schema {id} is not one of Avro: {error.Message}", clock.GetTimestamp());
        }
        catch (UnreadableRecordException error)
        {
            writer = new Writer(null, $"Records of schema {id} cannot be read: {error.Message}", clock.GetTimestamp());
        }
        if (known.Count >= options.MaxWriters)
            known.Clear();
        known[id] = writer;
        return writer;
    }

    private AvroSchema Schema(int id)
    {
        using var timeout = new CancellationTokenSource(options.SchemaTimeout, clock);
        try
        {
            // Decoding is not asynchronous, for it is so in one of a million records; the fetch has threads of its own to go on.
            return Task.Run(() => registry.SchemaAsync(id, timeout.Token), CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException error) when (timeout.IsCancellationRequested)
        {
            throw new SchemaRegistryUnavailableException($"No answer to what schema {id} is within {options.SchemaTimeout.TotalSeconds} s.", error);
        }
    }

    /// <summary>Either how records are read, or why they are not and since when that is believed.</summary>
    private sealed record Writer(RecordReader<T>? Reader, string? WhyNot, long Since);
}
