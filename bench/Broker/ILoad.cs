namespace StockPipeline.Bench.Broker;

/// <summary>One client's flood of records, sent and read back as fast as it goes.</summary>
internal interface ILoad
{
    /// <summary>
    /// Sends to all partitions in turn until every record is acknowledged; records per second, from when each partition has taken one.
    /// Until then the client connects and asks for its producer id, which now and then it repeats only after half a second.
    /// </summary>
    double Produce(int records);

    /// <summary>Reads all partitions from their beginnings; records per second from the first one on.</summary>
    double Consume(int records);
}
