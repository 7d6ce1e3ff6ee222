using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Groups;

/// <summary>
/// The members of one group with everything that is asked of them as a whole kept up to date per change, so that a group of a thousand
/// members rebalances in linear time. Not thread safe.
/// </summary>
internal sealed class MemberList
{
    /// <summary>A rebalance that may take no time at all would have the timer spin while a silent static member keeps its place.</summary>
    private static readonly TimeSpan MinRebalanceTime = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Member> byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> idByInstance = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> support = new(StringComparer.Ordinal);

    public int Count => byId.Count;

    public int AwaitingJoin { get; private set; }

    /// <summary>Bytes of all subscriptions.</summary>
    public long MetadataBytes { get; private set; }

    public IReadOnlyCollection<Member> All => byId.Values;

    /// <summary>Member ids given out to clients that have not come back with them yet, and until when they may.</summary>
    public Dictionary<string, TimeSpan> PendingIds { get; } = new(StringComparer.Ordinal);

    /// <summary>What a rebalance may take: as long as its slowest member asks for.</summary>
    public TimeSpan RebalanceTime => byId.Values.Select(member => member.RebalanceTimeout).Append(MinRebalanceTime).Max();

    /// <summary>When those who may time out are gone unless they are heard of.</summary>
    public IEnumerable<TimeSpan> Deadlines =>
        byId.Values.Where(member => member.CanExpire).Select(member => member.Deadline).Concat(PendingIds.Values);

    public static long Size(IReadOnlyList<MemberProtocol> protocols) =>
        protocols.Sum(protocol => (long)protocol.Name.Length + protocol.Metadata.Length);

    public Member? Find(string memberId) => byId.GetValueOrDefault(memberId);

    public Member? FindInstance(string instanceId) => idByInstance.TryGetValue(instanceId, out var id) ? byId[id] : null;

    /// <summary>Whether at least one of the protocols is offered by every member.</summary>
    public bool Supports(IReadOnlyList<MemberProtocol> protocols) => protocols.Any(offered => IsCommon(offered.Name));

    /// <summary>Each member votes for the first of its protocols that all members share; the most votes win, then the smaller name.</summary>
    public string Vote() =>
        byId.Values
            .CountBy(member => member.Protocols.First(offered => IsCommon(offered.Name)).Name)
            .OrderByDescending(votes => votes.Value)
            .ThenBy(votes => votes.Key, StringComparer.Ordinal)
            .First().Key;

    /// <summary>Takes in a member that waits for nothing yet.</summary>
    public void Add(Member member)
    {
        byId.Add(member.Id, member);
        if (member.InstanceId is not null)
            idByInstance.Add(member.InstanceId, member.Id);
        Weigh(member, 1);
    }

    /// <summary>Takes out a member whose waiting requests are answered already.</summary>
    public void Remove(Member member)
    {
        byId.Remove(member.Id);
        if (member.InstanceId is not null)
            idByInstance.Remove(member.InstanceId);
        Weigh(member, -1);
    }

    public void Update(Member member, JoinRequest request)
    {
        Weigh(member, -1);
        member.Protocols = request.Protocols;
        member.SessionTimeout = request.SessionTimeout;
        member.RebalanceTimeout = request.RebalanceTimeout;
        member.ClientId = request.ClientId;
        member.ClientHost = request.ClientHost;
        Weigh(member, 1);
    }

    /// <summary>Holds the member's join until the rebalance ends; an earlier one it gave up is told to try again.</summary>
    public Task<JoinAnswer> ParkJoin(Member member)
    {
        AnswerJoin(member, new(ErrorCode.RebalanceInProgress, member.Id));
        member.Join = new(TaskCreationOptions.RunContinuationsAsynchronously);
        AwaitingJoin++;
        return member.Join.Task;
    }

    public void AnswerJoin(Member member, JoinAnswer answer)
    {
        if (member.Join is not { } parked)
            return;
        member.Join = null;
        AwaitingJoin--;
        parked.SetResult(answer);
    }

    /// <summary>Answers whatever the member waits for with an error.</summary>
    public void Refuse(Member member, ErrorCode error)
    {
        AnswerJoin(member, new(error, member.Id));
        member.AnswerSync(new(error));
    }

    private bool IsCommon(string protocol) => support.GetValueOrDefault(protocol) == byId.Count;

    private void Weigh(Member member, int step)
    {
        MetadataBytes += step * Size(member.Protocols);
        foreach (var name in member.Protocols.Select(protocol => protocol.Name).Distinct())
        {
            var supporters = support.GetValueOrDefault(name) + step;
            if (supporters == 0)
                support.Remove(name);
            else
                support[name] = supporters;
        }
    }
}
