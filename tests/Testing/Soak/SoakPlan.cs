namespace StockPipeline.Testing.Soak;

/// <summary>How a soak goes.</summary>
public sealed record SoakPlan
{
    /// <summary>Decides who dies when.</summary>
    public required int Seed { get; init; }

    /// <summary>It goes on until so many have died...</summary>
    public required int Deaths { get; init; }

    /// <summary>...and so much time has passed.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.Zero;

    /// <summary>Records all producers together send in a second.</summary>
    public required int RecordsPerSecond { get; init; }

    /// <summary>Records acknowledged between one death and the next: at most so many.</summary>
    public required int RecordsBetweenDeaths { get; init; }

    public int Partitions { get; init; } = 6;

    public int Producers { get; init; } = 2;

    public int Consumers { get; init; } = 2;
}
