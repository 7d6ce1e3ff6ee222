namespace StockPipeline.Hosting.Telemetry;

internal static class Atomic
{
    public static void Add(ref double target, double by)
    {
        var seen = Volatile.Read(ref target);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref target, seen + by, seen);
            // Compared by bits: two NaN are not equal, and the loop would never end.
            if (BitConverter.DoubleToInt64Bits(before) == BitConverter.DoubleToInt64Bits(seen))
                return;
            seen = before;
        }
    }
}
