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

    public static TaskKind Refresh { get; } = new("refresh", "Fetches the last days of a source's shares anew, says up to when they are known",
    [
        new TaskField("source", FieldType.Choice, "whose shares") { Choices = ["polygon"], Default = "polygon" },
        new TaskField("days", FieldType.WholeNumber, "how many days back") { Default = "7", Min = 1, Max = 400 },
    ])
    {
        Weight = TaskWeight.Waiting,
        Timeout = TimeSpan.FromHours(1),
    };

    public static TaskKind Indicator { get; } = new("indicator", "Any indicator with any parameters over the candles there are",
    [
        new TaskField("instrument", FieldType.Instrument, "a ticker or a FIGI") { Required = true },
        new TaskField("interval", FieldType.Interval, "the candles wanted") { Required = true },
        new TaskField("indicator", FieldType.Indicator, "with its parameters, such as macd(8,17,9)") { Required = true },
        new TaskField("from", FieldType.Instant, "where its values begin; without it where the kept history does"),
    ]);

    /// <summary>Candles compared where nobody says how many.</summary>
    public const int UsualComparison = 300;

    /// <summary>Whom <see cref="Compare"/> can ask, and what an installation needs for it.</summary>
    public static IReadOnlyDictionary<string, string> Needs { get; } = new Dictionary<string, string>
    {
        ["broker"] = "TOKEN is that of the T-Invest API", ["polygon"] = "API_KEY is that of polygon.io",
    };

    public static TaskKind Compare { get; } = new("compare", "Our values against those of somebody else: how well they agree",
    [
        new TaskField("source", FieldType.Choice, "who else calculates it") { Choices = [.. Needs.Keys], Default = "broker" },
        new TaskField("instrument", FieldType.Instrument, "a ticker or a FIGI") { Required = true },
        new TaskField("interval", FieldType.Interval, "the candles wanted") { Required = true },
        new TaskField("indicator", FieldType.Indicator, "with its parameters, such as macd(8,17,9)")
        {
            Required = true, Choices = ["macd", "rsi", "ema", "sma", "bollinger"],
        },
        new TaskField("from", FieldType.Instant, "where it begins; without it 300 candles before its end"),
        new TaskField("to", FieldType.Instant, "where it ends; without it now"),
    ])
    {
        Check = parameters => InOrder(parameters).Concat(OfPolygon(parameters)),
    };

    public static IReadOnlyList<TaskKind> All { get; } = [Aggregate, Indicator, Completeness, Compare, Export, Backfill, Refresh];

    /// <summary>polygon.io counts what is traded before and after the session in all but days, and MACD is what it is held against.</summary>
    private static IEnumerable<FieldProblem> OfPolygon(TaskParameters parameters)
    {
        if (parameters.Optional("source") != "polygon")
            yield break;
        if (parameters.Interval("interval") != Interval.OneDay)
            yield return new FieldProblem("/interval", "polygon.io is compared with over 1-day candles");
        if (!parameters.Text("indicator").StartsWith("macd", StringComparison.Ordinal))
            yield return new FieldProblem("/indicator", "polygon.io is compared with for macd");
    }

    private static IEnumerable<FieldProblem> InOrder(TaskParameters parameters)
    {
        if (parameters.Instant("from") is { } from && parameters.Instant("to") is { } to && to <= from)
            yield return new FieldProblem("/to", "is not after from");
    }
}
