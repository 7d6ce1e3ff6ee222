using StockPipeline.Testing;
using StockPipeline.Workers.Ledger;
using Xunit.Abstractions;

namespace StockPipeline.WorkersTests.Ledger;

public sealed class OpenTimesTests(ITestOutputHelper output)
{
    [Fact]
    public void Open_times_are_a_sorted_set_whatever_the_order_they_come_and_go_in()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        var (times, expected) = (new OpenTimes(), new SortedSet<int>());
        for (var step = 0; step < 5_000; step++)
        {
            var minute = random.Next(500);
            if (step % 1_000 == 999)
            {
                times.RemoveBefore(minute);
                expected.RemoveWhere(one => one < minute);
            }
            else if (random.Next(3) == 0)
            {
                Assert.Equal(expected.Remove(minute), times.Remove(minute));
            }
            else
            {
                Assert.Equal(expected.Add(minute), times.Add(minute));
            }
            Assert.Equal(expected.Contains(minute), times.Contains(minute));
            Assert.Equal(expected.Count(one => one < minute), times.IndexFrom(minute));
        }

        Assert.Equal(expected, Enumerable.Range(0, times.Count).Select(at => times[at]));
        Assert.Equal((expected.Min, expected.Max), (times.First, times.Last));
    }
}
