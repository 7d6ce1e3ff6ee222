using System.Buffers.Binary;
using System.Text;

namespace StockPipeline.Broker.Groups;

/// <summary>The one place where the broker looks into what members tell their leader: which topics a consumer reads.</summary>
internal static class ConsumerSubscription
{
    public const string ProtocolType = "consumer";

    /// <summary>The topics at the front of the subscription, or null when it is not in the layout of the consumer protocol.</summary>
    public static IReadOnlyList<string>? Topics(ReadOnlySpan<byte> metadata)
    {
        const int versionBytes = 2;
        if (metadata.Length < versionBytes + sizeof(int))
            return null;
        var count = BinaryPrimitives.ReadInt32BigEndian(metadata[versionBytes..]);
        var rest = metadata[(versionBytes + sizeof(int))..];
        var topics = new List<string>();
        for (var i = 0; i < count; i++)
        {
            if (rest.Length < sizeof(short)
                || BinaryPrimitives.ReadInt16BigEndian(rest) is var length && (length < 0 || length > rest.Length - sizeof(short)))
                return null;
            topics.Add(Encoding.UTF8.GetString(rest.Slice(sizeof(short), length)));
            rest = rest[(sizeof(short) + length)..];
        }
        return topics;
    }
}
