namespace StockPipeline.Broker.Groups;

/// <summary>One member of a group. Only its <see cref="Roster"/> changes what the roster counts.</summary>
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

    /// <summary>When the session ends, on the group's own time line.</summary>
    public TimeSpan Deadline { get; set; }

    public TaskCompletionSource<JoinAnswer>? Join { get; set; }

    public TaskCompletionSource<SyncAnswer>? Sync { get; set; }

    /// <summary>Waiting for an answer is as good as a heartbeat, because the client sends none meanwhile that would count.</summary>
    public bool CanExpire => IsNew || (Join is null && Sync is null);

    public byte[] MetadataFor(string? protocol) => Protocols.FirstOrDefault(offered => offered.Name == protocol)?.Metadata ?? [];
}
