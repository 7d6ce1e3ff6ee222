using System.Buffers;
using System.Text;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.StreamingTests.Support;

/// <summary>Values as plain text. What begins with one word is poison, and while the codec is out nothing can be decoded.</summary>
internal sealed class TextCodec : IRecordEncoder<string>, IRecordDecoder<string>
{
    public const string Poison = "poison";

    private volatile bool isOut;

    public bool IsOut
    {
        get => isOut;
        set => isOut = value;
    }

    public void Encode(string record, IBufferWriter<byte> output) => Encoding.UTF8.GetBytes(record, output);

    public string Decode(ReadOnlySpan<byte> bytes)
    {
        if (IsOut)
            throw new HttpRequestException("the registry is away");
        var text = Encoding.UTF8.GetString(bytes);
        return text.StartsWith(Poison, StringComparison.Ordinal) ? throw new UnreadableRecordException("it is poison") : text;
    }
}
