namespace StockPipeline.Avro.Resolution;

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
