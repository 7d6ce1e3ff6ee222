using StockPipeline.Gateway.Live;

namespace StockPipeline.Gateway.Alerts;

/// <summary>The events of one owner as one client follows them: the newest there are, and then each as it is said.</summary>
internal sealed class AlertSubscription(LiveSocket socket, int number, OwnerEvents events) : Subscription(socket, number)
{
    private const int MostAtOnce = 100;

    private long place;

    public override bool IsPatient => true;

    public override void Start()
    {
        events.Add(this);
        Signal();
    }

    public override void Stop() => events.Drop(this);

    public override bool Write(MessageWriter writer)
    {
        var (said, newest) = events.After(place, MostAtOnce);
        place = newest;
        if (said.Count == 0)
            return false;
        writer.Begin();
        foreach (var one in said)
            // Its own part opens the object already.
            writer.Add(Own, one.AsSpan(1));
        writer.End();
        return false;
    }
}
