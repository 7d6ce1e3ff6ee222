using StockPipeline.Streaming.Connections;

namespace StockPipeline.Streaming.Tables;

/// <summary>
/// Reads tables: each assigned partition from its beginning, then live. Handlers run on the reader's own thread. Runs once.
/// </summary>
public sealed class TableReader
{
    private readonly KafkaClient kafka;
    private readonly TableAssignment assignment;
    private readonly ITableHandler handler;
    private readonly TableReaderOptions options;
    private readonly Table[] tables;
    private volatile bool isCaughtUp;
    private int started;

    internal TableReader(KafkaClient kafka, TableAssignment assignment, ITableHandler handler, TableReaderOptions options, Table[] tables)
    {
        if (tables.Length == 0)
            throw new ArgumentException("There is no table to read.", nameof(tables));
        if (tables.Select(table => table.Topic).Distinct().Count() != tables.Length)
            throw new ArgumentException("A topic can be read only once by one reader.", nameof(tables));
        if (assignment.GroupId is not null && tables.Any(table => table.Partitions != tables[0].Partitions))
            throw new ArgumentException("Tables shared by a group must have equally many partitions.", nameof(tables));
        if (assignment.Numbers?.Any(number => tables.Any(table => number < 0 || number >= table.Partitions)) == true)
            throw new ArgumentException("A partition is named that the table does not have.", nameof(assignment));
        if (tables.Where((table, index) => table.Before is { } before && !tables.Take(index).Contains(before)).Any())
            throw new ArgumentException("A table is to be read after one that is not read before it.", nameof(tables));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBatch, 1);
        this.kafka = kafka;
        this.assignment = assignment;
        this.handler = handler;
        this.options = options;
        this.tables = tables;
        foreach (var table in tables)
            table.Prepare(options.MaxBatch);
    }

    /// <summary>Everything assigned has been read up to where it ended when reading began. Safe from any thread.</summary>
    public bool IsCaughtUp => isCaughtUp;

    /// <summary>Reads until stop is asked for, then revokes every partition; fails when the handler or the tables fail.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (Interlocked.Exchange(ref started, 1) == 1)
            throw new InvalidOperationException("A table reader runs once.");
        var loop = LoopThread.RunAsync($"read {tables[0].Topic}", () => Loop(stop));
        await LoopThread.EndAsync(loop, options.StopTimeout, kafka.Clock, stop);
    }

    private void Loop(CancellationToken stop)
    {
        bool isCreatedAnew;
        do
        {
            using var loop = new TableLoop(kafka, assignment, handler, options, tables, Tell);
            isCreatedAnew = loop.Run(stop);
        }
        while (isCreatedAnew);
    }

    private void Tell(bool caughtUp) => isCaughtUp = caughtUp;
}
