namespace StockPipeline.Tasks;

/// <summary>How much one owner may ask, and how long things are kept.</summary>
public sealed record TaskLimits
{
    public static readonly TaskLimits Default = new();

    /// <summary>Tasks of one owner that have not ended.</summary>
    public int MaxOpen { get; init; } = 4;

    /// <summary>Tasks one owner starts within an hour.</summary>
    public int MaxPerHour { get; init; } = 60;

    /// <summary>Characters of the parameters of one task.</summary>
    public int MaxParameters { get; init; } = 16 * 1024;

    /// <summary>Characters of a tag.</summary>
    public int MaxTag { get; init; } = 100;

    /// <summary>Schedules there may be.</summary>
    public int MaxSchedules { get; init; } = 200;

    /// <summary>How long an ended task is remembered.</summary>
    public TimeSpan KeptFor { get; init; } = TimeSpan.FromDays(30);

    public TimeSpan ShortestTimeout { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestTimeout { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Bytes of a result that stands in the state itself.</summary>
    public const int MaxInlineResult = 64 * 1024;
}
