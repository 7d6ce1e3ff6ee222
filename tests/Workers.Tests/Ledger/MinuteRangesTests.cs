using StockPipeline.Testing;
using StockPipeline.Workers.Ledger;
using Xunit.Abstractions;

namespace StockPipeline.WorkersTests.Ledger;

public sealed class MinuteRangesTests(ITestOutputHelper output)
{
    private const int Minutes = 60;

    [Fact]
    public void Ranges_hold_exactly_the_minutes_that_were_added_and_not_forgotten()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        for (var round = 0; round < 200; round++)
        {
            var ranges = new MinuteRanges();
            var expected = new bool[Minutes];
            for (var step = 0; step < 12; step++)
            {
                var from = random.Next(Minutes);
                var to = from + random.Next(8);
                ranges.Add(from, to);
                Array.Fill(expected, true, from, Math.Min(to, Minutes) - from);
            }

            AssertHolds(expected, ranges, from: 0);

            // A range that reaches over the minute is kept as it is.
            var before = random.Next(Minutes);
            ranges.RemoveBefore(before);
            AssertHolds(expected, ranges, before);
            Assert.All(All(ranges), range => Assert.True(range.To > before));
        }
    }

    private static void AssertHolds(bool[] expected, MinuteRanges ranges, int from)
    {
        for (var minute = from; minute < Minutes; minute++)
            Assert.Equal(expected[minute], ranges.Contains(minute));
        // Ascending, none empty, and apart from each other: what touches is one.
        var all = All(ranges);
        Assert.All(all, range => Assert.True(range.From < range.To));
        Assert.All(all.Zip(all.Skip(1)), pair => Assert.True(pair.First.To < pair.Second.From));
    }

    private static List<(int From, int To)> All(MinuteRanges ranges) => [.. Enumerable.Range(0, ranges.Count).Select(at => ranges[at])];
}
