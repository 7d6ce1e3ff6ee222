using System.Globalization;

namespace StockPipeline.Contracts.Instruments;

/// <summary>
/// An exact price: a whole number of billionths, as the exchange's units and nano give it and as Avro's decimal(18,9) stores it.
/// </summary>
public readonly record struct Price : IComparable<Price>
{
    public const int Scale = 9;

    public const int Precision = 18;

    /// <summary>Billionths in one unit.</summary>
    public const long One = 1_000_000_000;

    /// <summary>The largest magnitude that decimal(18,9) holds, in billionths.</summary>
    public const long MaxNanos = 999_999_999_999_999_999;

    private Price(long nanos) => Nanos = nanos;

    /// <summary>The price in billionths.</summary>
    public long Nanos { get; }

    public static Price FromNanos(long nanos) => nanos is >= -MaxNanos and <= MaxNanos
        ? new Price(nanos)
        : throw new OverflowException($"{nanos} billionths do not fit a price: its magnitude stays below {One}");

    /// <summary>A price as the T-Invest API writes it; both parts carry the same sign.</summary>
    public static Price FromUnits(long units, int nano)
    {
        if (nano is <= (int)-One or >= (int)One || (units > 0 && nano < 0) || (units < 0 && nano > 0))
            throw new FormatException($"units {units} and nano {nano} do not make a price");
        return FromNanos(checked((units * One) + nano));
    }

    public static Price FromDecimal(decimal value)
    {
        var nanos = value * One;
        return nanos == decimal.Truncate(nanos) && Math.Abs(nanos) <= MaxNanos
            ? new Price((long)nanos)
            : throw new FormatException($"{value.ToString(CultureInfo.InvariantCulture)} does not fit a price of 9 decimals below {One}");
    }

    public static Price Parse(string text) => FromDecimal(decimal.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
        CultureInfo.InvariantCulture));

    public long Units => Nanos / One;

    public int Nano => (int)(Nanos % One);

    public decimal ToDecimal() => (decimal)Nanos / One;

    public double ToDouble() => Nanos / 1e9;

    public int CompareTo(Price other) => Nanos.CompareTo(other.Nanos);

    public override string ToString() => ToDecimal().ToString("0.#########", CultureInfo.InvariantCulture);

    public static bool operator <(Price left, Price right) => left.Nanos < right.Nanos;

    public static bool operator >(Price left, Price right) => left.Nanos > right.Nanos;

    public static bool operator <=(Price left, Price right) => left.Nanos <= right.Nanos;

    public static bool operator >=(Price left, Price right) => left.Nanos >= right.Nanos;
}
