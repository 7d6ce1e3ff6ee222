using StockPipeline.Contracts.Time;

namespace StockPipeline.Tasks.Kinds;

/// <summary>The kinds of task there are: what the gateway accepts, what pages make forms from, what workers can do.</summary>
public static class TaskKinds
{
    /// <summary>The windows of <see cref="Aggregate"/>, and the interval each is shown in.</summary>
    public static IReadOnlyDictionary<string, (TimeSpan Length, Interval Bucket)> Windows { get; } =
        new Dictionary<string, (TimeSpan, Interval)>
        {
            ["1h"] = (TimeSpan.FromHours(1), Interval.FifteenMinutes),
            ["4h"] = (TimeSpan.FromHours(4), Interval.FifteenMinutes),
            ["1d"] = (TimeSpan.FromDays(1), Interval.OneHour),
            ["3d"] = (TimeSpan.FromDays(3), Interval.OneHour),
            ["10d"] = (TimeSpan.FromDays(10), Interval.OneDay),
        };

    public static TaskKind Aggregate { get; } = new("aggregate", "One instrument over a window that ends at its newest candle, in buckets",
    [
        new TaskField("instrument", FieldType.Instrument, "a ticker or a FIGI") { Required = true },
        new TaskField("window", FieldType.Choice, "how far back") { Required = true, Choices = [.. Windows.Keys] },
    ]);

    public static TaskKind Completeness { get; } = new("completeness", "How complete the candles are, instrument by instrument",
    [
        new TaskField("interval", FieldType.Interval, "the candles looked at") { Required = true },
        new TaskField("from", FieldType.Instant, "where it begins; without it a day before its end"),
        new TaskField("to", FieldType.Instant, "where it ends; without it now"),
        new TaskField("instruments", FieldType.Instruments, "tickers or FIGIs; without them all"),
    ])
    {
        Weight = TaskWeight.Heavy,
        Check = InOrder,
    };

    public static TaskKind Export { get; } = new("export", "Closed candles as a file to download",
    [
        new TaskField("interval", FieldType.Interval, "the candles wanted") { Required = true },
        new TaskField("format", FieldType.Choice, "of the file") { Choices = ["csv", "parquet"], Default = "csv" },
        new TaskField("from", FieldType.Instant, "where it begins; without it where the kept history does"),
        new TaskField("to", FieldType.Instant, "where it ends; without it now"),
        new TaskField("instruments", FieldType.Instruments, "tickers or FIGIs; without them all"),
    ])
    {
        Weight = TaskWeight.Heavy,
        Timeout = TimeSpan.FromHours(1),
        Check = InOrder,
    };

    public static TaskKind Backfill { get; } = new("backfill", "Fetches a range from the source's history and waits until the ledger has it answered",
    [
        new TaskField("instrument", FieldType.Instrument, "a ticker or a FIGI") { Required = true },
        new TaskField("interval", FieldType.Interval, "the candles wanted") { Required = true },
        new TaskField("from", FieldType.Instant, "where it begins") { Required = true },
        new TaskField("to", FieldType.Instant, "where it ends; without it now"),
    ])
    {
        Weight = TaskWeight.Waiting,
        Timeout = TimeSpan.FromHours(2),
        Check = InOrder,
    };

    public static IReadOnlyList<TaskKind> All { get; } = [Aggregate, Completeness, Export, Backfill];

    private static IEnumerable<FieldProblem> InOrder(TaskParameters parameters)
    {
        if (parameters.Instant("from") is { } from && parameters.Instant("to") is { } to && to <= from)
            yield return new FieldProblem("/to", "is not after from");
    }
}
