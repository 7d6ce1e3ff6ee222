using StockPipeline.Gateway.Live;

namespace StockPipeline.Gateway.Alerts;

/// <summary>
/// The events of one owner as one client follows them: the newest there are, the mark, and then each as it is said. That rules have changed is said
/// too; which there are is asked over HTTP, in the language of whoever asks.
/// </summary>
internal sealed class AlertSubscription(LiveSocket socket, int number, OwnerEvents events) : Subscription(socket, number)
{
    private const int MostAtOnce = 100;

    private static readonly byte[] Mark = "\"type\":\"mark\",\"pos\":\"alerts\"}"u8.ToArray();

    private static readonly byte[] Rules = "\"type\":\"alert-rules\"}"u8.ToArray();

    private long place;
    private long rules;
    private bool isMarked;

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
        var changes = events.RuleChanges;
        writer.Begin();
        foreach (var one in said)
            // Its own part opens the object already.
            writer.Add(Own, one.AsSpan(1));
        if (changes != rules && isMarked)
            writer.Add(Own, Rules);
        if (!isMarked)
            writer.Add(Own, Mark);
        (rules, isMarked) = (changes, true);
        writer.End();
        return false;
    }
}
