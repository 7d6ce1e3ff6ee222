using StockPipeline.SchemaRegistryServer.Storage;

namespace StockPipeline.SchemaRegistryTests;

/// <summary>A log that outlives the registry that writes it, and fails when told to.</summary>
internal sealed class MemorySchemaLog : ISchemaLog
{
    private readonly List<(string Key, byte[]? Value)> entries = [];
    private ISchemaLogReader? reader;

    public Task Ended { get; } = new TaskCompletionSource().Task;

    /// <summary>What the next entry meets: it is lost, or it comes although nobody hears of it.</summary>
    public (bool Fails, bool Arrives) Next { get; set; }

    public IReadOnlyList<(string Key, byte[]? Value)> Entries => entries;

    public Task StartAsync(ISchemaLogReader reader, CancellationToken stop)
    {
        this.reader = reader;
        reader.Reset();
        foreach (var (key, value) in entries)
            reader.Apply(key, value);
        return Task.CompletedTask;
    }

    public async Task AppendAsync(string key, byte[]? value, CancellationToken stop)
    {
        await Task.Yield();
        var (fails, arrives) = Next;
        Next = default;
        if (!fails || arrives)
        {
            entries.Add((key, value));
            reader!.Apply(key, value);
        }
        if (fails)
            throw new SchemaLogException("told to fail");
    }

    /// <summary>What compaction leaves: the last value of each key, in the order of the log, without tombstones.</summary>
    public void Compact()
    {
        var last = entries.Select((entry, place) => (entry, place)).GroupBy(one => one.entry.Key).Select(group => group.Last())
            .OrderBy(one => one.place).Where(one => one.entry.Value is not null).Select(one => one.entry).ToList();
        entries.Clear();
        entries.AddRange(last);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
