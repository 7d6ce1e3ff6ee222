using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using StockPipeline.Streaming.Connections;

namespace StockPipeline.Streaming.Producing;

/// <summary>
/// librdkafka's producer as it is, without the objects that Confluent's wrapper makes and keeps of each record until it is acknowledged: those are
/// a third of what a worker does at its limit, and most of the memory it needs for it. Safe from any thread.
/// </summary>
internal sealed unsafe class NativeProducer : IDisposable
{
    private const int ErrorRoom = 512;

    /// <summary>How long the thread of the reports waits for one: what the end may have to wait for.</summary>
    private const int PollMilliseconds = 50;

    private readonly IProducerEvents events;
    private readonly ConcurrentDictionary<string, ProducedTopic> topics = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<nint, ProducedTopic> handles = new();
    private readonly Lock making = new();
    private readonly Task polling;
    private readonly nint client;
    private GCHandle self;
    private volatile bool isOver;
    private int handing;
    private int ended;

    /// <param name="settings">As librdkafka calls them; those of Confluent's wrapper are passed over.</param>
    /// <param name="events">Told of deliveries, errors and what the client has to say.</param>
    /// <param name="name">Of the thread that tells.</param>
    public NativeProducer(IEnumerable<KeyValuePair<string, string>> settings, IProducerEvents events, string name)
    {
        this.events = events;
        self = GCHandle.Alloc(this);
        client = Create(settings);
        polling = DedicatedThread.RunAsync(name, Poll);
    }

    /// <summary>A topic to write to; made once.</summary>
    public ProducedTopic Topic(string name)
    {
        if (topics.TryGetValue(name, out var known))
            return known;
        lock (making)
        {
            if (topics.TryGetValue(name, out known))
                return known;
            using var held = new Handing(this);
            var handle = Librdkafka.Topic(client, name, 0);
            if (handle == 0)
                throw new KafkaException(ErrorOf(Librdkafka.LastError()));
            var made = new ProducedTopic(handle, name);
            handles[handle] = made;
            topics[name] = made;
            return made;
        }
    }

    /// <summary>Hands over one record, which is copied.</summary>
    /// <exception cref="ObjectDisposedException">It has ended.</exception>
    /// <param name="topic">Where to.</param>
    /// <param name="partition">Of it.</param>
    /// <param name="key">Its key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="hasValue">False for a tombstone.</param>
    /// <param name="tag">Comes back with the report.</param>
    public ErrorCode Produce(ProducedTopic topic, int partition, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool hasValue, nint tag)
    {
        using var _ = new Handing(this);
        // Without an address there would be no value, and an empty one is one.
        var empty = (byte)0;
        fixed (byte* keyBytes = key, valueBytes = value)
        {
            var first = !hasValue ? null : valueBytes is null ? &empty : valueBytes;
            return Librdkafka.Produce(topic.Handle, partition, Librdkafka.CopyValue, first, value.Length, keyBytes, key.Length, tag) == 0
                ? ErrorCode.NoError
                : (ErrorCode)Librdkafka.LastError();
        }
    }

    /// <summary>The same with headers.</summary>
    public ErrorCode Produce(
        ProducedTopic topic, int partition, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool hasValue, Headers headers, nint tag)
    {
        using var handed = new Handing(this);
        var list = Librdkafka.NewHeaders(headers.Count);
        foreach (var header in headers)
        {
            var bytes = header.GetValueBytes();
            fixed (byte* first = bytes)
                _ = Librdkafka.AddHeader(list, header.Key, -1, first, bytes?.Length ?? 0);
        }
        var empty = (byte)0;
        fixed (byte* keyBytes = key, valueBytes = value)
        {
            var first = !hasValue ? null : valueBytes is null ? &empty : valueBytes;
            Span<Librdkafka.Field> fields =
            [
                new() { Kind = Librdkafka.FieldKind.Topic, Pointer = topic.Handle },
                new() { Kind = Librdkafka.FieldKind.Partition, Number = partition },
                new() { Kind = Librdkafka.FieldKind.Flags, Number = Librdkafka.CopyValue },
                new() { Kind = Librdkafka.FieldKind.Value, Pointer = (nint)first, Length = value.Length },
                new() { Kind = Librdkafka.FieldKind.Key, Pointer = (nint)keyBytes, Length = key.Length },
                new() { Kind = Librdkafka.FieldKind.Headers, Pointer = list },
                new() { Kind = Librdkafka.FieldKind.Tag, Pointer = tag },
            ];
            fixed (Librdkafka.Field* all = fields)
            {
                var refused = Librdkafka.Produce(client, all, fields.Length);
                if (refused == 0)
                    return ErrorCode.NoError;
                // The headers are the client's only once it has taken the record.
                Librdkafka.DropHeaders(list);
                var code = (ErrorCode)Librdkafka.CodeOf(refused);
                Librdkafka.DropError(refused);
                return code;
            }
        }
    }

    /// <summary>What a code means.</summary>
    public static Error ErrorOf(int code) => new((ErrorCode)code, Text(Librdkafka.TextOf(code)));

    /// <summary>Ends at once: what is still on its way is given up, and nothing more is told.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref ended, 1) == 1)
            return;
        isOver = true;
        Interlocked.MemoryBarrier();
        // Who is handing over a record right now is done in a moment; whoever comes later is refused.
        for (var moment = default(SpinWait); Volatile.Read(ref handing) > 0;)
            moment.SpinOnce();
        polling.GetAwaiter().GetResult();
        foreach (var topic in handles.Keys)
            Librdkafka.DropTopic(topic);
        Librdkafka.Destroy(client);
        self.Free();
    }

    /// <summary>Keeps the client alive while a record is being handed to it.</summary>
    private readonly ref struct Handing
    {
        private readonly NativeProducer producer;

        public Handing(NativeProducer producer)
        {
            this.producer = producer;
            Interlocked.Increment(ref producer.handing);
            if (!producer.isOver)
                return;
            Dispose();
            throw new ObjectDisposedException(nameof(NativeProducer));
        }

        public void Dispose() => Interlocked.Decrement(ref producer.handing);
    }

    private nint Create(IEnumerable<KeyValuePair<string, string>> settings)
    {
        var error = stackalloc byte[ErrorRoom];
        var made = Librdkafka.NewSettings();
        foreach (var (name, value) in settings.Where(setting => !setting.Key.StartsWith("dotnet.", StringComparison.Ordinal)))
        {
            if (Librdkafka.Set(made, name, value, error, ErrorRoom) == 0)
                continue;
            Librdkafka.DropSettings(made);
            throw new InvalidOperationException(Text(error));
        }
        Librdkafka.SetOwner(made, GCHandle.ToIntPtr(self));
        Librdkafka.OnDelivery(made, &OnDelivered);
        Librdkafka.OnError(made, &OnError);
        Librdkafka.OnLog(made, &OnSaid);
        var client = Librdkafka.New(Librdkafka.Producer, made, error, ErrorRoom);
        if (client != 0)
            return client;
        Librdkafka.DropSettings(made);
        throw new InvalidOperationException(Text(error));
    }

    private void Poll()
    {
        while (!isOver)
            _ = Librdkafka.Poll(client, PollMilliseconds);
    }

    private static NativeProducer Of(nint owner) => (NativeProducer)GCHandle.FromIntPtr(owner).Target!;

    private static string Text(byte* text) => Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDelivered(nint client, Librdkafka.Message* message, nint owner)
    {
        // While it ends the client reports what it gives up.
        if (Of(owner) is { isOver: false } producer)
        {
            producer.events.Delivered(
                producer.handles[message->Topic], message->Partition, message->Offset, (ErrorCode)message->Error, message->Tag);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnError(nint client, int code, byte* reason, nint owner)
    {
        var events = Of(owner).events;
        if ((ErrorCode)code != ErrorCode.Local_Fatal)
        {
            events.Failed(new Error((ErrorCode)code, Text(reason), isFatal: false));
            return;
        }
        var text = stackalloc byte[ErrorRoom];
        var cause = Librdkafka.FatalError(client, text, ErrorRoom);
        events.Failed(new Error((ErrorCode)cause, Text(text), isFatal: true));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnSaid(nint client, int level, byte* facility, byte* text)
    {
        // The client also speaks while it is being made, and knows its owner already.
        if (Librdkafka.OwnerOf(client) is not 0 and var owner)
            Of(owner).events.Said(Text(facility), Text(text));
    }
}

/// <summary>A topic as the client knows it.</summary>
internal sealed record ProducedTopic(nint Handle, string Name);

/// <summary>What a producer tells; quickly, and without throwing.</summary>
internal interface IProducerEvents
{
    /// <summary>A record is stored, or given up.</summary>
    void Delivered(ProducedTopic topic, int partition, long offset, ErrorCode error, nint tag);

    /// <summary>Something that concerns more than one record.</summary>
    void Failed(Error error);

    /// <summary>A line for the log.</summary>
    void Said(string facility, string text);
}
