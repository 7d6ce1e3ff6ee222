namespace StockPipeline.Bench.Measure;

/// <summary>Times contenders in turn, so that whatever else the machine does meets all of them alike.</summary>
public static class Race
{
    private const int Rounds = 9;

    private static readonly TimeSpan RoundLength = TimeSpan.FromMilliseconds(60);

    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(400);

    private static long unused;

    public static IReadOnlyDictionary<string, Timing> Run(params IReadOnlyList<Contender> contenders)
    {
        var counts = contenders.Select(Calibrate).ToArray();
        var times = contenders.Select(_ => new List<double>()).ToArray();
        var bytes = new double[contenders.Count];
        for (var round = 0; round < Rounds; round++)
        {
            for (var index = 0; index < contenders.Count; index++)
            {
                var allocated = GC.GetAllocatedBytesForCurrentThread();
                times[index].Add(Time(contenders[index], counts[index]).TotalNanoseconds / counts[index]);
                bytes[index] = (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / counts[index];
            }
        }
        return contenders.Select((contender, index) => (contender.Name, Timing: new Timing(Median(times[index]), Math.Round(bytes[index]))))
            .ToDictionary(one => one.Name, one => one.Timing);
    }

    /// <summary>Runs until the code is compiled at its best, and finds how many times fill a round.</summary>
    private static int Calibrate(Contender contender)
    {
        var started = TimeProvider.System.GetTimestamp();
        var count = 16;
        while (true)
        {
            var time = Time(contender, count);
            if (time < RoundLength)
                count = Math.Max(count + 1, (int)(count * Math.Clamp(RoundLength / (time + TimeSpan.FromTicks(1)), 1, 2)));
            else if (TimeProvider.System.GetElapsedTime(started) > WarmUp)
                return count;
        }
    }

    private static TimeSpan Time(Contender contender, int count)
    {
        var started = TimeProvider.System.GetTimestamp();
        unused ^= contender.Run(count);
        return TimeProvider.System.GetElapsedTime(started);
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
