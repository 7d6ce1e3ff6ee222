using System.Collections.Concurrent;
using StockPipeline.Avro.Records;
using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Serialization;
using StockPipeline.SchemaRegistry.Client;

namespace StockPipeline.SchemaRegistry.Codecs;

/// <summary>
/// Knows for each writer's schema id how its records are read: fetched and worked out once. A schema that ours cannot be read from makes its records
/// unreadable at once, an id that the registry does not have after a while; that the registry does not answer is an outage.
/// </summary>
internal sealed class WriterSchemas<T>(ISchemaRegistry registry, TimeProvider clock, CodecOptions options, Func<AvroSchema, RecordReader<T>> readerOf)
{
    private readonly ConcurrentDictionary<int, Writer> known = new();

    /// <summary>One fetch at a time: the records of a partition mostly have the same writer, and the others wait for the same answer.</summary>
    private readonly Lock fetching = new();

    /// <summary>When waiting for an unknown id was last in vain: garbage with a new id in every record must not cost a wait each.</summary>
    private long? waitedInVain;

    public void Add(int id, RecordReader<T> reader) => known[id] = new Writer(reader, null, 0);

    /// <exception cref="UnreadableRecordException">The record can never be read.</exception>
    /// <exception cref="SchemaRegistryException">The registry refuses, or does not know the id yet: asking again may help.</exception>
    /// <exception cref="SchemaRegistryUnavailableException">The registry gave no answer.</exception>
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
        if (!known.TryGetValue(id, out var writer) || writer.IsAwaited)
            return null;
        return writer.Reader is not null || clock.GetElapsedTime(writer.Since) < options.UnreadableFor ? writer : null;
    }

    private Writer Fetch(int id)
    {
        try
        {
            return Remember(id, new Writer(readerOf(Schema(id)), null, 0));
        }
        catch (SchemaRegistryException error) when (error.IsUnknownSchema)
        {
            if (MayComeYet(id))
                throw;
            return Unreadable(id, $"The schema registry has no schema {id}.");
        }
        catch (InvalidSchemaException error)
        {
            return Unreadable(id, $"Schema {id} is not one of Avro: {error.Message}");
        }
        catch (UnreadableRecordException error)
        {
            return Unreadable(id, $"Records of schema {id} cannot be read: {error.Message}");
        }
    }

    /// <summary>Whether an id that is not known is still worth waiting for; the reader of the record asks again.</summary>
    private bool MayComeYet(int id)
    {
        if (!known.TryGetValue(id, out var writer))
        {
            if (waitedInVain is { } then && clock.GetElapsedTime(then) < options.UnreadableFor)
                return false;
            Remember(id, new Writer(null, null, clock.GetTimestamp()));
            return true;
        }
        if (writer.IsAwaited && clock.GetElapsedTime(writer.Since) < options.SchemaTimeout)
            return true;
        waitedInVain = clock.GetTimestamp();
        return false;
    }

    private Writer Unreadable(int id, string why) => Remember(id, new Writer(null, why, clock.GetTimestamp()));

    private Writer Remember(int id, Writer writer)
    {
        if (known.Count >= options.MaxWriters)
            known.Clear();
        return known[id] = writer;
    }

    private AvroSchema Schema(int id)
    {
        using var timeout = new CancellationTokenSource(options.SchemaTimeout, clock);
        try
        {
            // Decoding is not asynchronous, for it is so in one of a million records. The fetch goes on elsewhere and needs nothing of who waits,
            // so that it cannot hold itself up, and the wait has a limit: loops that decode have threads of their own.
            return Task.Run(() => registry.SchemaAsync(id, timeout.Token), CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException error) when (timeout.IsCancellationRequested)
        {
            throw new SchemaRegistryUnavailableException($"No answer to what schema {id} is within {options.SchemaTimeout.TotalSeconds} s.", error);
        }
    }

    /// <summary>How records are read, or why they are not and since when; neither while the registry does not know the id yet.</summary>
    private sealed record Writer(RecordReader<T>? Reader, string? WhyNot, long Since)
    {
        public bool IsAwaited => Reader is null && WhyNot is null;
    }
}
