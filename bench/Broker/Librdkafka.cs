using System.Runtime.InteropServices;
using System.Text;
using StockPipeline.Streaming;

namespace StockPipeline.Bench.Broker;

/// <summary>
/// The functions of librdkafka, the client under Confluent.Kafka, that its own performance tool uses. No object is made for a record here:
/// what remains is little more than the broker.
/// </summary>
internal static unsafe partial class Librdkafka
{
    public const int ProducerType = 0;
    public const int ConsumerType = 1;
    public const long FromBeginning = -2;

    /// <summary>The client copies the value; the caller keeps its own.</summary>
    public const int CopyValue = 2;

    /// <summary>Each record names its partition.</summary>
    public const int OwnPartitions = 8;

    private const string Library = "librdkafka";
    private const int ErrorRoom = 512;

    static Librdkafka() => PackagedLibrdkafka.ResolveFor(typeof(Librdkafka).Assembly);

    /// <summary>A client with these settings; <paramref name="delivered"/> hears of every record that was stored or given up.</summary>
    public static nint Create(int type, IReadOnlyDictionary<string, string> settings, delegate* unmanaged<nint, Record*, nint, void> delivered)
    {
        var error = stackalloc byte[ErrorRoom];
        var configuration = NewConfiguration();
        foreach (var (name, value) in settings)
            if (Set(configuration, name, value, error, ErrorRoom) != 0)
                throw new InvalidOperationException(Text(error));
        if (delivered is not null)
            OnDelivery(configuration, delivered);
        var client = New(type, configuration, error, ErrorRoom);
        return client != 0 ? client : throw new InvalidOperationException(Text(error));
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_new", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial nint Topic(nint client, string topic, nint configuration);

    /// <returns>How many records were taken.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_produce_batch")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial int Produce(nint topic, int partition, int flags, Record* records, int count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial int Poll(nint client, int milliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial nint Queue(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial void CloseQueue(nint queue);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consume_start_queue")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial int StartReading(nint topic, int partition, long offset, nint queue);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consume_stop")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial int StopReading(nint topic, int partition);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consume_batch_queue")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial nint Read(nint queue, int milliseconds, Record** records, nint count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial void Free(Record* record);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial void CloseTopic(nint topic);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial void Close(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial nint NewConfiguration();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int Set(nint configuration, string name, string value, byte* error, nint errorRoom);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_dr_msg_cb")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial void OnDelivery(nint configuration, delegate* unmanaged<nint, Record*, nint, void> delivered);

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial nint New(int type, nint configuration, byte* error, nint errorRoom);

    private static string Text(byte* error) => Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(error));

    /// <summary>rd_kafka_message_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Record
    {
        public int Error;
        public nint Topic;
        public int Partition;
        public byte* Value;
        public nint Length;
        public byte* Key;
        public nint KeyLength;
        public long Offset;
        public nint Opaque;
    }
}
