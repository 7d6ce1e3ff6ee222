namespace StockPipeline.Streaming.Producing;

/// <summary>A record was refused, or not acknowledged in time. No retry of the same record will help; the client has retried already.</summary>
public sealed class DeliveryFailedException : Exception
{
    public DeliveryFailedException(string message) : base(message)
    {
    }

    public DeliveryFailedException(string message, Exception inner) : base(message, inner)
    {
    }

    public DeliveryFailedException() : base("A record was not delivered.")
    {
    }

    /// <summary>The record is larger than the client or its topic takes; a smaller one may be delivered.</summary>
    public bool IsTooLarge { get; init; }
}
