using StockPipeline.Gateway.Board;

namespace StockPipeline.Gateway.Live;

/// <summary>A board as one client follows it.</summary>
internal sealed class BoardSubscription(LiveSocket socket, int number, BoardFeed feed) : Subscription(socket, number)
{
    private long beat;
    private bool isBegun;

    public override bool IsPatient => true;

    public override void Start()
    {
        feed.Add(this);
        Signal();
    }

    public override void Stop() => feed.Drop(this);

    public override bool Write(MessageWriter writer)
    {
        if (!isBegun)
        {
            isBegun = true;
            Say(writer, feed.Heading);
        }
        var (text, newest) = feed.After(beat);
        beat = newest;
        if (text.Length > 0)
            Say(writer, text);
        return false;
    }

    private void Say(MessageWriter writer, byte[] text)
    {
        writer.Begin();
        writer.Add(Own, text);
        writer.End();
    }
}
