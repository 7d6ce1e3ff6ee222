namespace StockPipeline.Streaming.Connections;

/// <summary>Says when something that happens now and then is due again; the first time at once.</summary>
internal sealed class Rhythm(TimeProvider clock, TimeSpan interval)
{
    private long last;
    private bool begun;

    public bool IsDue()
    {
        var now = clock.GetTimestamp();
        if (begun && clock.GetElapsedTime(last, now) < interval)
            return false;
        begun = true;
        last = now;
        return true;
    }
}
