using System.Text.Json.Serialization;

namespace StockPipeline.Gateway.Rest;

/// <summary>An instrument as programs and the page see it.</summary>
internal sealed record InstrumentAnswer(
    string Figi, string Ticker, string Name, string Board, string Currency, int Lot, double Step, string Exchange, bool EndOfDay,
    IReadOnlyList<string> Intervals);

/// <summary>A hole of the ledger.</summary>
internal sealed record GapAnswer(
    string Figi, string Ticker, string Interval, DateTimeOffset From, DateTimeOffset To, int Missing, string State, int Attempts,
    DateTimeOffset UpdatedAt);

/// <summary>A page of a list; <paramref name="Next"/> is the cursor of the one after it.</summary>
internal sealed record GapPage(IReadOnlyList<GapAnswer> Rows, string? Next);

/// <summary>How complete one day of one instrument is.</summary>
internal sealed record DayAnswer(DateOnly Date, int Expected, int Present, int ProvenEmpty, int Open, int Lost, double? Percent);

/// <summary>How complete the days of one instrument are, newest last.</summary>
internal sealed record CompletenessAnswer(
    string Figi, string Ticker, string Interval, int Expected, int Present, int ProvenEmpty, int Open, int Lost, double? Percent,
    DateTimeOffset? OldestOpen, IReadOnlyList<DayAnswer> Days);

/// <summary>A stretch that is not proven.</summary>
internal sealed record OpenRange(DateTimeOffset From, DateTimeOffset To, string State, int Missing, int Attempts);

/// <summary>
/// Rows of one series, oldest first. Where they are asked for as of a time, <c>CompleteSince</c> says from when on every correction is known; null
/// where all that there ever were are.
/// </summary>
internal sealed record SeriesAnswer(
    string Figi, string Ticker, string Interval, IReadOnlyList<IReadOnlyDictionary<string, object>> Rows, string? Next, string Pos, long Epoch,
    IReadOnlyList<OpenRange> Open, DateTimeOffset? CompleteSince = null);

/// <summary>One topic as the gateway hears it.</summary>
internal sealed record TopicAnswer(string Name, string Stream, string Interval, bool Live, long Records, double Rate, double? AgeSeconds, int Series);

/// <summary>One service of the process, or of one that was asked.</summary>
internal sealed record ServiceAnswer(string Name, string State, string? Reason, double? Lag);

/// <summary>The pipeline at one moment.</summary>
internal sealed record PipelineAnswer(
    DateTimeOffset Time, DateTimeOffset Market, string Source, int Instruments, int Clients, double ValuesASecond, int OpenGaps,
    IReadOnlyList<TopicAnswer> Topics, IReadOnlyList<ServiceAnswer> Services);

/// <summary>What the page has to know before it begins.</summary>
internal sealed record AboutAnswer(
    string Auth, string? User, bool Accounts, string Source, IReadOnlyList<string> Intervals, IReadOnlyList<StreamAnswer> Streams,
    DateTimeOffset Market);

/// <summary>A line of an indicator and how it is drawn: line, histogram, dots, cloud or direction.</summary>
internal sealed record LineAnswer(string Name, string Style);

/// <summary>A stream that can be subscribed to: the numbers of its rows, and how charts draw them.</summary>
internal sealed record StreamAnswer(
    string Name, string Title, string Label, bool Overlay, IReadOnlyList<string> Columns, IReadOnlyList<LineAnswer> Lines,
    IReadOnlyList<double> Levels)
{
    public static StreamAnswer Of(Series.StreamShape stream) => new(
        stream.Name, stream.Title, stream.Label, stream.IsOverlay, stream.Columns,
        [.. stream.Lines.Select(line => new LineAnswer(line.Name, line.Style.ToString().ToLowerInvariant()))], stream.Levels);
}

/// <summary>How answers are written: names in camel case, as everywhere on the wire.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<InstrumentAnswer>))]
[JsonSerializable(typeof(GapPage))]
[JsonSerializable(typeof(IReadOnlyList<RateAnswer>))]
[JsonSerializable(typeof(IReadOnlyList<CompletenessAnswer>))]
[JsonSerializable(typeof(SeriesAnswer))]
[JsonSerializable(typeof(PipelineAnswer))]
[JsonSerializable(typeof(AboutAnswer))]
[JsonSerializable(typeof(IReadOnlyList<StreamAnswer>))]
[JsonSerializable(typeof(IReadOnlyList<OpenRange>))]
[JsonSerializable(typeof(Microsoft.AspNetCore.Mvc.ProblemDetails))]
internal sealed partial class AnswerJson : JsonSerializerContext;
