namespace StockPipeline.Tasks.Kinds;

/// <summary>What a parameter is; pages make their forms from it.</summary>
public enum FieldType
{
    /// <summary>A ticker or a FIGI.</summary>
    Instrument,

    /// <summary>A list of them; without it, all.</summary>
    Instruments,

    /// <summary>The name of an interval.</summary>
    Interval,

    /// <summary>One of few words.</summary>
    Choice,

    /// <summary>RFC 3339, or a date.</summary>
    Instant,

    WholeNumber,

    /// <summary>An indicator as people write it: <c>rsi(14)</c>.</summary>
    Indicator,

    /// <summary>Names and numbers.</summary>
    Numbers,

    Text,
}
