using System.Globalization;
using System.Text;
using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Protocol;

/// <summary>Producer ids, never given twice: they are reserved on disk in blocks, and a start begins a new block.</summary>
internal sealed class ProducerIds
{
    private const string Key = "producer-ids";
    private const long Block = 1000;

    private readonly Lock gate = new();
    private readonly Journal journal;
    private long next;
    private long reserved;

    public ProducerIds(Journal journal)
    {
        this.journal = journal;
        var kept = journal.Entries().FirstOrDefault(entry => entry.Key == Key).Value;
        next = reserved = kept is null ? 0 : long.Parse(Encoding.UTF8.GetString(kept), CultureInfo.InvariantCulture);
    }

    public long Next()
    {
        lock (gate)
        {
            if (next == reserved)
            {
                journal.Put(Key, Encoding.UTF8.GetBytes((reserved + Block).ToString(CultureInfo.InvariantCulture)), flush: true);
                reserved += Block;
            }
            return next++;
        }
    }
}
