namespace StockPipeline.Avro.Resolution;

/// <summary>
/// The fields of a record. Made before its steps are known, for a record may hold itself. Where the reader's order follows the writer's,
/// one pass does; otherwise a first pass finds where each field lies.
/// </summary>
internal sealed class RecordStep
{
    /// <summary>The longest a record may be and keep its places on the stack.</summary>
    private const int MaxPlacesOnStack = 64;

    private Step[] inOrder = [];
    private Step[]? skips;
    private (int Field, Step Step)[] outOfOrder = [];

    public void SetInOrder(Step[] steps) => inOrder = steps;

    /// <param name="writerSkips">One for each of the writer's fields.</param>
    /// <param name="readerSteps">For each of the reader's fields the writer's, or -1 for a default.</param>
    public void SetOutOfOrder(Step[] writerSkips, (int Field, Step Step)[] readerSteps)
    {
        skips = writerSkips;
        outOfOrder = readerSteps;
    }

    public void Run(ref PlanRun run)
    {
        run.Enter();
        if (skips is null)
        {
            foreach (var step in inOrder)
                step(ref run);
        }
        else
        {
            RunOutOfOrder(ref run, skips);
        }
        run.Leave();
    }

    private void RunOutOfOrder(ref PlanRun run, Step[] writerSkips)
    {
        Span<int> places = writerSkips.Length <= MaxPlacesOnStack ? stackalloc int[MaxPlacesOnStack] : new int[writerSkips.Length];
        for (var field = 0; field < writerSkips.Length; field++)
        {
            places[field] = run.Reader.Position;
            writerSkips[field](ref run);
        }
        var end = run.Reader.Position;
        foreach (var (field, step) in outOfOrder)
        {
            if (field >= 0)
                run.Reader.Position = places[field];
            step(ref run);
        }
        run.Reader.Position = end;
    }
}

/// <summary>Steps for arrays, maps, enums and unions.</summary>
internal static class ContainerSteps
{
    public static Step Array(Step item) => (ref run) =>
    {
        run.Enter();
        for (var count = run.ReadBlock(out _); count > 0; count = run.ReadBlock(out _))
        {
            run.WriteLong(count);
            for (; count > 0; count--)
                item(ref run);
        }
        run.WriteLong(0);
        run.Leave();
    };

    public static Step Map(Step value) => Array((ref run) =>
    {
        run.WriteBytes(run.Reader.ReadBytes());
        value(ref run);
    });

    /// <param name="symbols">For each of the writer's symbols the reader's; -1 where it has none.</param>
    /// <param name="name">For the message.</param>
    public static Step Enum(int[] symbols, string name) => (ref run) =>
    {
        var symbol = symbols[run.Reader.ReadIndex(symbols.Length)];
        if (symbol < 0)
            throw new Contracts.Serialization.UnreadableRecordException($"A symbol of {name} is not known here, and there is no default.");
        run.WriteLong(symbol);
    };

    /// <summary>The writer's union: each branch goes its own way.</summary>
    public static Step Branches(Step[] branches) => (ref run) =>
    {
        run.Enter();
        branches[run.Reader.ReadIndex(branches.Length)](ref run);
        run.Leave();
    };

    /// <summary>The reader's union: the branch is known beforehand.</summary>
    public static Step Wrap(int branch, Step value) => (ref run) =>
    {
        run.WriteLong(branch);
        value(ref run);
    };
}
