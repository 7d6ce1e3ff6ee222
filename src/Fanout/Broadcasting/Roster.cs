namespace StockPipeline.Fanout.Broadcasting;

/// <summary>Who is being sent to. Changed under the broadcaster's lock; whoever walks through it without sees a state of one moment.</summary>
internal sealed class Roster(int limit)
{
    private Subscriber[] members = [];

    public Subscriber[] Members => Volatile.Read(ref members);

    public bool IsFull => members.Length >= limit;

    public void Add(Subscriber subscriber) => members = [.. members, subscriber];

    public void Remove(Subscriber subscriber)
    {
        var place = Array.IndexOf(members, subscriber);
        if (place >= 0)
            members = [.. members.AsSpan(0, place), .. members.AsSpan(place + 1)];
    }

    public void Clear() => members = [];
}
