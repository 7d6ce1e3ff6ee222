namespace StockPipeline.Contracts.Tasks;

/// <summary>A piece of a long result; topic <c>task-results</c>, key the task's id.</summary>
public sealed record TaskChunk(string Id, int Run, int Index, ReadOnlyMemory<byte> Content)
{
    /// <summary>What a piece holds at most.</summary>
    public const int MaxBytes = 256 * 1024;

    public bool Equals(TaskChunk? other) =>
        other is not null && Id == other.Id && Run == other.Run && Index == other.Index && Content.Span.SequenceEqual(other.Content.Span);

    public override int GetHashCode() => HashCode.Combine(Id, Run, Index, Content.Length);
}
