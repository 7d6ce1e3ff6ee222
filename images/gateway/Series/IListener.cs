namespace StockPipeline.Gateway.Series;

/// <summary>Wants to hear that something has changed. Called from any thread, often; returns at once.</summary>
internal interface IListener
{
    void Signal();
}
