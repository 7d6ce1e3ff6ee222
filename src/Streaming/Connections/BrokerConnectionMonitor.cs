using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StockPipeline.Streaming.Metrics;

namespace StockPipeline.Streaming.Connections;

/// <summary>
/// Says once that the brokers are gone and once that they are back, however often the client reports it meanwhile. Safe from any thread.
/// </summary>
internal sealed class BrokerConnectionMonitor(string name, ILogger log, IStreamingMetrics metrics)
{
    private int down;
    private int everUp;

    /// <summary>No broker can be reached, as far as known: not the time to say goodbye, which would only be waited for in vain.</summary>
    public bool IsDown => Volatile.Read(ref down) == 1;

    /// <summary>Every error the client reports outside of a call.</summary>
    /// <returns>The failure that ends the caller, or null where the client recovers by itself.</returns>
    public KafkaException? OnError(Error error)
    {
        if (error.IsFatal)
            return new KafkaException(error);
        metrics.Error("connection");
        // Refused credentials, and a certificate that is not trusted, are a wrong setting before anything worked; later they may be a broker
        // that is just starting.
        if (error.Code is ErrorCode.Local_Authentication or ErrorCode.Local_Ssl && Volatile.Read(ref everUp) == 0)
            return new KafkaException(error);
        if (error.Code is ErrorCode.Local_AllBrokersDown && Interlocked.Exchange(ref down, 1) == 0)
            Log.BrokersLost(log, name, error.Reason);
        else
            Log.ClientError(log, name, error.Code, error.Reason);
        return null;
    }

    /// <summary>Whether an error of one call or one partition is worth waiting for its end.</summary>
    public static bool IsTransientError(Error error) =>
        !error.IsFatal && error.Code is not (ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed);

    /// <summary>Called whenever something arrived from a broker.</summary>
    public void MarkAlive()
    {
        Volatile.Write(ref everUp, 1);
        if (Volatile.Read(ref down) == 1 && Interlocked.Exchange(ref down, 0) == 1)
            Log.BrokersBack(log, name);
    }
}
