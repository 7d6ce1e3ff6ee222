using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace StockPipeline.Indicators.Parts;

/// <summary>
/// The highest and the lowest of a window, found anew for each candle, four values at a time. For windows as long as charts have them that is quicker
/// than a queue of candidates would be, and there is no state that a repair had to bring back.
/// </summary>
internal static class Extremes
{
    private static readonly int Lanes = Vector256<double>.Count;

    /// <summary>Bits of a mask that says where in a window a value stands.</summary>
    private const int MaskBits = 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Highest(ReadOnlySpan<double> values)
    {
        if (values.Length < Lanes)
            return HighestOfFew(values);
        ref var first = ref MemoryMarshal.GetReference(values);
        // The last four may overlap those before: an extreme does not mind being met twice.
        var last = (nuint)(values.Length - Lanes);
        var most = Vector256.LoadUnsafe(ref first, last);
        for (nuint at = 0; at < last; at += (nuint)Lanes)
            most = Vector256.MaxNative(most, Vector256.LoadUnsafe(ref first, at));
        var half = Vector128.MaxNative(most.GetLower(), most.GetUpper());
        return double.MaxNative(half.ToScalar(), half.GetElement(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Lowest(ReadOnlySpan<double> values)
    {
        if (values.Length < Lanes)
            return LowestOfFew(values);
        ref var first = ref MemoryMarshal.GetReference(values);
        var last = (nuint)(values.Length - Lanes);
        var least = Vector256.LoadUnsafe(ref first, last);
        for (nuint at = 0; at < last; at += (nuint)Lanes)
            least = Vector256.MinNative(least, Vector256.LoadUnsafe(ref first, at));
        var half = Vector128.MinNative(least.GetLower(), least.GetUpper());
        return double.MinNative(half.ToScalar(), half.GetElement(1));
    }

    /// <summary>Half way between the highest high and the lowest low.</summary>
    public static double Middle(ReadOnlySpan<double> highs, ReadOnlySpan<double> lows) => (Highest(highs) + Lowest(lows)) / 2;

    /// <summary>The index of the newest value that equals the one given; -1 where none does.</summary>
    public static int NewestOf(ReadOnlySpan<double> values, double value)
    {
        var end = values.Length;
        while (end > 0)
        {
            var start = Math.Max(0, end - MaskBits);
            var mask = WhereEqual(values[start..end], value);
            if (mask != 0)
                return start + BitOperations.Log2(mask);
            end = start;
        }
        return -1;
    }

    /// <summary>A bit for each of at most 64 values; made as a whole, because where the value stands is what no processor can guess.</summary>
    private static ulong WhereEqual(ReadOnlySpan<double> values, double value)
    {
        var mask = 0UL;
        if (values.Length < Lanes)
        {
            for (var at = 0; at < values.Length; at++)
                mask |= values[at] == value ? 1UL << at : 0;
            return mask;
        }
        ref var first = ref MemoryMarshal.GetReference(values);
        var (wanted, last) = (Vector256.Create(value), values.Length - Lanes);
        for (var at = 0; at < last; at += Lanes)
            mask |= (ulong)Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)at), wanted).ExtractMostSignificantBits() << at;
        return mask | ((ulong)Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)last), wanted).ExtractMostSignificantBits() << last);
    }

    private static double HighestOfFew(ReadOnlySpan<double> values)
    {
        var highest = values[0];
        foreach (var value in values[1..])
            highest = value > highest ? value : highest;
        return highest;
    }

    private static double LowestOfFew(ReadOnlySpan<double> values)
    {
        var lowest = values[0];
        foreach (var value in values[1..])
            lowest = value < lowest ? value : lowest;
        return lowest;
    }
}
