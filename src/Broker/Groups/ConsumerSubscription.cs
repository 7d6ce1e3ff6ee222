using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Groups;

/// <summary>The one place where the broker looks into what members tell their leader: which topics a consumer reads.</summary>
internal static class ConsumerSubscription
{
    public const string ProtocolType = "consumer";

    /// <summary>The topics behind the version, or null when the subscription is not in the layout of the consumer protocol.</summary>
    public static IReadOnlyList<string>? Topics(byte[] metadata)
    {
        try
        {
            var reader = new WireReader(metadata, flexible: false);
            reader.ReadInt16();
            return reader.ReadStrings();
        }
        catch (MalformedRequestException)
        {
            return null;
        }
    }
}
