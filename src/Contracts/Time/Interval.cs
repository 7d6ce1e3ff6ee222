using System.Diagnostics.CodeAnalysis;

namespace StockPipeline.Contracts.Time;

/// <summary>
/// One of the seven candle intervals. A value: equal intervals are the same, and everything that depends on an interval's length,
/// number or name is asked here and nowhere else. Every interval is aligned to the UTC epoch, days included.
/// </summary>
public sealed class Interval : IComparable<Interval>
{
    public static readonly Interval OneMinute = new(1, "1-min", "ONE_MIN", TimeSpan.FromMinutes(1));
    public static readonly Interval FiveMinutes = new(2, "5-min", "FIVE_MIN", TimeSpan.FromMinutes(5));
    public static readonly Interval FifteenMinutes = new(3, "15-min", "FIFTEEN_MIN", TimeSpan.FromMinutes(15));
    public static readonly Interval ThirtyMinutes = new(9, "30-min", "30_MIN", TimeSpan.FromMinutes(30));
    public static readonly Interval OneHour = new(4, "1-hour", "ONE_HOUR", TimeSpan.FromHours(1));
    public static readonly Interval FourHours = new(11, "4-hour", "FOUR_HOUR", TimeSpan.FromHours(4));
    public static readonly Interval OneDay = new(5, "1-day", "ONE_DAY", TimeSpan.FromDays(1));

    /// <summary>All seven, shortest first.</summary>
    public static readonly IReadOnlyList<Interval> All = [OneMinute, FiveMinutes, FifteenMinutes, ThirtyMinutes, OneHour, FourHours, OneDay];

    private Interval(int number, string name, string variableSuffix, TimeSpan length)
    {
        Number = number;
        Name = name;
        VariableSuffix = variableSuffix;
        Length = length;
        LengthMs = (long)length.TotalMilliseconds;
    }

    /// <summary>The number the T-Invest API gives the interval in subscriptions and in candle requests. Not ordered by length.</summary>
    public int Number { get; }

    /// <summary>How the interval is written: in topics, keys, messages and logs.</summary>
    public string Name { get; }

    /// <summary>How environment variables name the interval: INTERVAL_…, CANDLES_….</summary>
    public string VariableSuffix { get; }

    public TimeSpan Length { get; }

    public long LengthMs { get; }

    /// <summary>What a topic of this interval ends in.</summary>
    public string TopicSuffix => Name;

    /// <summary>The open of the candle that contains the instant.</summary>
    public DateTimeOffset Align(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeMilliseconds(AlignMs(instant.ToUnixTimeMilliseconds()));

    /// <inheritdoc cref="Align(DateTimeOffset)"/>
    public long AlignMs(long unixMs) => unixMs - Modulo(unixMs);

    public bool IsAligned(DateTimeOffset instant) =>
        instant.Offset == TimeSpan.Zero && instant.UtcTicks % TimeSpan.TicksPerMillisecond == 0 && Modulo(instant.ToUnixTimeMilliseconds()) == 0;

    /// <summary>The open of the candle after the one that contains the instant: where that one ends.</summary>
    public DateTimeOffset NextOpen(DateTimeOffset instant) => Align(instant) + Length;

    /// <summary>Reads a name (<c>5-min</c>) or a number (<c>2</c>).</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Interval? interval)
    {
        var trimmed = text?.Trim();
        interval = All.FirstOrDefault(one =>
            string.Equals(one.Name, trimmed, StringComparison.OrdinalIgnoreCase) || one.Number.ToString(Invariant) == trimmed);
        return interval is not null;
    }

    /// <inheritdoc cref="TryParse"/>
    public static Interval Parse(string text) => TryParse(text, out var interval)
        ? interval
        : throw new FormatException($"'{text}' is not an interval; allowed: {Allowed}");

    /// <summary>What a message to the user lists as allowed.</summary>
    public static string Allowed { get; } = string.Join(", ", All.Select(one => $"{one.Name} ({one.Number})"));

    public int CompareTo(Interval? other) => LengthMs.CompareTo(other?.LengthMs ?? long.MinValue);

    public override string ToString() => Name;

    private long Modulo(long unixMs)
    {
        var rest = unixMs % LengthMs;
        return rest < 0 ? rest + LengthMs : rest;
    }

    private static readonly System.Globalization.CultureInfo Invariant = System.Globalization.CultureInfo.InvariantCulture;

    public static bool operator <(Interval left, Interval right) => left.CompareTo(right) < 0;

    public static bool operator >(Interval left, Interval right) => left.CompareTo(right) > 0;

    public static bool operator <=(Interval left, Interval right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Interval left, Interval right) => left.CompareTo(right) >= 0;

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => Number;

    public static bool operator ==(Interval? left, Interval? right) => ReferenceEquals(left, right);

    public static bool operator !=(Interval? left, Interval? right) => !ReferenceEquals(left, right);
}
