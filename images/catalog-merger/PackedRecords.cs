using System.Buffers;
using StockPipeline.Avro.Records;
using ZstdSharp;

namespace StockPipeline.CatalogMerger;

/// <summary>
/// Keeps records as compressed bytes. Records of one kind are much alike, so the first few serve as the dictionary of all others: a kilobyte
/// becomes a fifth of it, and a hundred thousand products fit in a small process. Used by one thread.
/// </summary>
internal sealed class PackedRecords<T>(AvroFormat<T> format) : IDisposable
{
    private const int DictionaryBytes = 32 * 1024;
    private const int Level = 3;

    private readonly ArrayBufferWriter<byte> dictionary = new(DictionaryBytes);
    private readonly Compressor compressor = new(Level);
    private readonly Decompressor decompressor = new();
    private byte[] buffer = new byte[16 * 1024];
    private bool isTrained;

    /// <summary>The record in few bytes; the first says whether they are compressed.</summary>
    public byte[] Pack(T record)
    {
        var length = Write(record);
        if (!isTrained)
            Train(length);
        var plain = buffer.AsSpan(0, length);
        if (!isTrained)
            return [0, .. plain];
        var packed = compressor.Wrap(plain);
        return packed.Length < length ? [1, .. packed] : [0, .. plain];
    }

    public T Unpack(byte[] packed) => format.Read(packed[0] == 0 ? packed.AsSpan(1) : decompressor.Unwrap(packed.AsSpan(1)));

    /// <summary>Whether two records are the same to whoever reads them.</summary>
    public bool Same(T one, T other)
    {
        var length = Write(one);
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            buffer.AsSpan(0, length).CopyTo(bytes);
            return Write(other) == length && buffer.AsSpan(0, length).SequenceEqual(bytes.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    public void Dispose()
    {
        compressor.Dispose();
        decompressor.Dispose();
    }

    private int Write(T record)
    {
        var room = format.MaxLength(record);
        if (buffer.Length < room)
            buffer = new byte[room];
        return format.Write(record, buffer);
    }

    private void Train(int length)
    {
        dictionary.Write(buffer.AsSpan(0, length));
        if (dictionary.WrittenCount < DictionaryBytes)
            return;
        var bytes = dictionary.WrittenSpan[..DictionaryBytes].ToArray();
        compressor.LoadDictionary(bytes);
        decompressor.LoadDictionary(bytes);
        dictionary.Clear();
        isTrained = true;
    }
}
