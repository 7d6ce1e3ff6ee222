using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Groups;

/// <summary>An assignment strategy a member can take part in, with what it tells the leader; the bytes are nobody's business here.</summary>
internal sealed record MemberProtocol(string Name, byte[] Metadata)
{
    public static MemberProtocol Read(ref WireReader reader) => new(reader.ReadString(), reader.ReadBytes().ToArray());

    public bool Equals(MemberProtocol? other) =>
        other is not null && Name == other.Name && Metadata.AsSpan().SequenceEqual(other.Metadata);

    public override int GetHashCode() => HashCode.Combine(Name, Metadata.Length);
}
