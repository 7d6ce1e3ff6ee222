namespace StockPipeline.Contracts.Rates;

/// <summary>Prices of rates as Avro's decimal(38,18) stores them: exact, from shares of a millionth of a millionth to trillions.</summary>
public static class RateDecimal
{
    public const int Scale = 18;

    public const int Precision = 38;

    /// <summary>The largest magnitude, exclusive.</summary>
    public const decimal Limit = 100_000_000_000_000_000_000m;

    private static readonly Int128 UnscaledLimit = Power(Precision);

    /// <summary>The value rounded to what can be stored; false where nothing would be left of it, or it is too large.</summary>
    public static bool TryRound(decimal value, out decimal rounded)
    {
        rounded = decimal.Round(value, Scale, MidpointRounding.ToEven);
        return Math.Abs(rounded) < Limit && (rounded != 0 || value == 0);
    }

    public static Int128 ToUnscaled(decimal value)
    {
        if (Math.Abs(value) >= Limit)
            throw new OverflowException($"{value} does not fit a rate: its magnitude stays below {Limit}");
        var rounded = decimal.Round(value, Scale, MidpointRounding.ToEven);
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(rounded, bits);
        var mantissa = (Int128)new UInt128((uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0]);
        var scaled = mantissa * Power(Scale - rounded.Scale);
        return bits[3] < 0 ? -scaled : scaled;
    }

    /// <summary>False where the number has more digits than the storage.</summary>
    public static bool TryFromUnscaled(Int128 unscaled, out decimal value)
    {
        value = 0;
        var magnitude = Int128.Abs(unscaled);
        if (magnitude >= UnscaledLimit)
            return false;
        var scale = Scale;
        // More than 96 bits: the last decimals of a huge price are zeros, or beyond what anybody quotes.
        for (; magnitude >> 96 != 0; scale--)
            magnitude /= 10;
        var low = (ulong)(UInt128)magnitude;
        value = new decimal((int)low, (int)(low >> 32), (int)(magnitude >> 64), unscaled < 0, (byte)scale);
        return true;
    }

    private static Int128 Power(int exponent)
    {
        Int128 power = 1;
        for (var i = 0; i < exponent; i++)
            power *= 10;
        return power;
    }
}
