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
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref started, 1) == 1)
            throw new InvalidOperationException("A table reader runs once.");
        var loop = DedicatedThread.RunAsync($"read {tables[0].Topic}", () => Loop(cancellationToken));
        await DedicatedThread.EndAsync(loop, options.StopTimeout, kafka.Clock, cancellationToken);
    }

    private void Loop(CancellationToken cancellationToken)
    {
        bool isCreatedAnew;
        do
        {
            using var loop = new TableLoop(kafka, assignment, handler, options, tables, Tell);
            isCreatedAnew = loop.Run(cancellationToken);
        }
        while (isCreatedAnew);
    }

    private void Tell(bool caughtUp) => isCaughtUp = caughtUp;
}

/// <summary>Which partitions a table reader reads.</summary>
public sealed record TableAssignment
{
    private TableAssignment()
    {
    }

    /// <summary>Every partition, for everyone who asks.</summary>
    public static TableAssignment All { get; } = new();

    /// <summary>The group that shares the partitions out among its members; null where they are fixed.</summary>
    internal string? GroupId { get; private init; }

    /// <summary>The fixed partitions; null for all.</summary>
    internal IReadOnlyList<int>? Numbers { get; private init; }

    /// <summary>These partitions, whoever else reads them.</summary>
    public static TableAssignment Of(params int[] partitions) => new() { Numbers = [.. partitions.Distinct()] };

    /// <summary>The share of one member of a group: each partition is read by one member, and moves when members come and go.</summary>
    public static TableAssignment Group(string groupId) => new() { GroupId = groupId };
}

/// <summary>The limits and rhythms of a table reader.</summary>
public sealed record TableReaderOptions
{
    public static readonly TableReaderOptions Default = new();

    /// <summary>Records handed over at once at most.</summary>
    public int MaxBatch { get; init; } = 1_000;

    /// <summary>How often <see cref="ITableHandler.OnTickAsync"/> is called.</summary>
    public TimeSpan TickInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often it is checked that the topics are still the same ones and not newly created under the old name.</summary>
    public TimeSpan IdentityInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often it is checked that nobody else writes to the partitions that are ours.</summary>
    public TimeSpan OwnershipInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the group waits for a member that has fallen silent.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long after the stop a handler may still wait for brokers: for what the next owner of its partitions is to see.</summary>
    public TimeSpan HandlerTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long stopping waits for the batch being handled, and for leaving the group, for which the client takes five seconds in an outage.
    /// </summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(7.5);
}
