using StockPipeline.Hosting.Telemetry;

namespace StockPipeline.RatesApi.Connections;

/// <summary>How many answers there were, by what they said. Safe from any thread.</summary>
internal sealed class ApiCounts
{
    private long served;
    private long unknown;
    private long dead;
    private long clients;

    public ApiCounts(Metrics metrics)
    {
        metrics.Ask("stockpipeline_rates_api_served", "Answers with a price.", () => Volatile.Read(ref served));
        metrics.Ask("stockpipeline_rates_api_refused", "Answers that a request was wrong, such as one about an unknown pair.", () =>
            Volatile.Read(ref unknown));
        metrics.Ask("stockpipeline_rates_api_dead", "Answers that a known pair has no price that could be served.", () => Volatile.Read(ref dead));
        metrics.Ask("stockpipeline_rates_api_stream_clients", "Websocket clients connected.", () => Volatile.Read(ref clients));
    }

    public long Clients => Volatile.Read(ref clients);

    public void Answered(int status)
    {
        if (status < 400)
            Interlocked.Increment(ref served);
        else if (status < 500)
            Interlocked.Increment(ref unknown);
        else
            Interlocked.Increment(ref dead);
    }

    /// <summary>Counts a client in; false where there are too many.</summary>
    public bool TryEnter(int most)
    {
        if (Interlocked.Increment(ref clients) <= most)
            return true;
        Interlocked.Decrement(ref clients);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref clients);
}
