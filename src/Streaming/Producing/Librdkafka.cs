using System.Runtime.InteropServices;

namespace StockPipeline.Streaming.Producing;

/// <summary>The functions of librdkafka, the client under Confluent.Kafka, that a producer calls.</summary>
internal static unsafe partial class Librdkafka
{
    public const int Producer = 0;

    /// <summary>The client copies the value; the caller keeps its own.</summary>
    public const int CopyValue = 2;

    private const string Library = "librdkafka";

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial nint NewSettings();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial void DropSettings(nint settings);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial int Set(nint settings, string name, string value, byte* error, nint errorRoom);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_opaque")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial void SetOwner(nint settings, nint owner);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_dr_msg_cb")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial void OnDelivery(nint settings, delegate* unmanaged[Cdecl]<nint, Message*, nint, void> call);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_error_cb")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial void OnError(nint settings, delegate* unmanaged[Cdecl]<nint, int, byte*, nint, void> call);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_log_cb")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial void OnLog(nint settings, delegate* unmanaged[Cdecl]<nint, int, byte*, byte*, void> call);

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial nint New(int type, nint settings, byte* error, nint errorRoom);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial void Destroy(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_opaque")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial nint OwnerOf(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial int Poll(nint client, int milliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_fatal_error")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial int FatalError(nint client, byte* text, nint room);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_new", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial nint Topic(nint client, string name, nint settings);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial void DropTopic(nint topic);

    /// <returns>0, or -1: <see cref="LastError"/> of the same thread then says why.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_produce")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial int Produce(
        nint topic, int partition, int flags, byte* value, nint valueLength, byte* key, nint keyLength, nint tag);

    [LibraryImport(Library, EntryPoint = "rd_kafka_last_error")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial int LastError();

    [LibraryImport(Library, EntryPoint = "rd_kafka_err2str")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial byte* TextOf(int error);

    /// <summary>The same with any fields, headers among them.</summary>
    /// <returns>An error to be dropped, or 0.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_produceva")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial nint Produce(nint client, Field* fields, nint count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_code")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial int CodeOf(nint error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial void DropError(nint error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_headers_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial nint NewHeaders(nint count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_header_add", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial int AddHeader(nint headers, string name, nint nameLength, byte* value, nint valueLength);

    [LibraryImport(Library, EntryPoint = "rd_kafka_headers_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial void DropHeaders(nint headers);

    /// <summary>rd_kafka_message_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public int Error;
        public nint Topic;
        public int Partition;
        public byte* Value;
        public nint ValueLength;
        public byte* Key;
        public nint KeyLength;
        public long Offset;
        public nint Tag;
    }

    /// <summary>rd_kafka_vu_t: one field of a record, and what kind it is of.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 72)]
    public struct Field
    {
        [FieldOffset(0)]
        public FieldKind Kind;

        [FieldOffset(8)]
        public int Number;

        [FieldOffset(8)]
        public nint Pointer;

        [FieldOffset(16)]
        public nint Length;
    }

    /// <summary>rd_kafka_vtype_t.</summary>
    public enum FieldKind
    {
        Topic = 2,
        Partition = 3,
        Value = 4,
        Key = 5,
        Tag = 6,
        Flags = 7,
        Headers = 10,
    }
}
