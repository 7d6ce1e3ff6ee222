namespace StockPipeline.Indicators.Parts;

/// <summary>
/// A part of a trail that is written round and round: the place after the newest value is the oldest one. The place is kept in the state, so that a
/// step taken again writes where it wrote before.
/// </summary>
internal static class Ring
{
    /// <summary>Writes the next value and moves the place on.</summary>
    public static void Put(Span<double> ring, ref int place, double value)
    {
        ring[place] = value;
        place = place + 1 == ring.Length ? 0 : place + 1;
    }

    /// <summary>The sum, from the oldest value to the newest, wherever the ring begins.</summary>
    public static double Sum(ReadOnlySpan<double> ring, int place)
    {
        var sum = 0.0;
        foreach (var value in ring[place..])
            sum += value;
        foreach (var value in ring[..place])
            sum += value;
        return sum;
    }

    public static double WeightedMean(ReadOnlySpan<double> ring, int place)
    {
        var (sum, weight) = (0.0, 1);
        foreach (var value in ring[place..])
            sum += weight++ * value;
        foreach (var value in ring[..place])
            sum += weight++ * value;
        return sum / (ring.Length * (ring.Length + 1L) / 2.0);
    }
}
