namespace StockPipeline.Rates.Sources;

/// <summary>How often a source may be asked.</summary>
public sealed record PollRules
{
    /// <summary>How often all is asked for.</summary>
    public required TimeSpan Every { get; init; }

    /// <summary>The weight all our requests of a minute may have together.</summary>
    public required int WeightPerMinute { get; init; }

    /// <summary>The first pause after a refusal that names none.</summary>
    public TimeSpan UsualPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A longer answer is not read to its end.</summary>
    public int LargestAnswer { get; init; } = 8 << 20;

    /// <summary>How long an answer may take.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromSeconds(10);
}
