using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Groups;

/// <summary>One member of a group. Only its <see cref="MemberList"/> changes what the roster counts.</summary>
internal sealed class Member(string id)
{
    public string Id { get; } = id;

    public string? InstanceId { get; init; }

    public string ClientId { get; set; } = "";

    public string ClientHost { get; set; } = "";

    public TimeSpan SessionTimeout { get; set; }

    public TimeSpan RebalanceTimeout { get; set; }

    public IReadOnlyList<MemberProtocol> Protocols { get; set; } = [];

    public byte[] Assignment { get; set; } = [];

    /// <summary>Never yet part of a generation: until then even a waiting member can time out.</summary>
    public bool IsNew { get; set; }

    /// <summary>Knows of the current generation, and has not asked for its assignment yet.</summary>
    public bool OwesSync { get; set; }

    /// <summary>When the session ends, on the group's own time line.</summary>
    public TimeSpan Deadline { get; set; }

    public TaskCompletionSource<JoinAnswer>? Join { get; set; }

    public TaskCompletionSource<SyncAnswer>? Sync { get; private set; }

    /// <summary>Waiting for an answer is as good as a heartbeat, because the client sends none meanwhile that would count.</summary>
    public bool CanExpire => IsNew || (Join is null && Sync is null);

    public byte[] MetadataFor(string? protocol) => Protocols.FirstOrDefault(offered => offered.Name == protocol)?.Metadata ?? [];

    /// <summary>Holds the member's sync until the leader has spoken; an earlier one it gave up is told to try again.</summary>
    public Task<SyncAnswer> ParkSync()
    {
        AnswerSync(new(ErrorCode.RebalanceInProgress));
        OwesSync = false;
        Sync = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return Sync.Task;
    }

    public void AnswerSync(SyncAnswer answer)
    {
        var parked = Sync;
        Sync = null;
        parked?.SetResult(answer);
    }
}

/// <summary>An assignment strategy a member can take part in, with what it tells the leader; the bytes are nobody's business here.</summary>
internal sealed record MemberProtocol(string Name, byte[] Metadata)
{
    public static MemberProtocol Read(ref WireReader reader) => new(reader.ReadString(), reader.ReadBytes().ToArray());

    public bool Equals(MemberProtocol? other) =>
        other is not null && Name == other.Name && Metadata.AsSpan().SequenceEqual(other.Metadata);

    public override int GetHashCode() => HashCode.Combine(Name, Metadata.Length);
}
