using StockPipeline.Contracts.Time;
using StockPipeline.Storage;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.StorageTests;

public sealed class RangeSetTests(ITestOutputHelper output)
{
    [Fact]
    public void Any_additions_leave_ordered_ranges_that_never_touch_and_cover_exactly_what_was_added()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        for (var round = 0; round < 300; round++)
        {
            var set = new RangeSet();
            var minutes = new bool[100];
            for (var i = 0; i < random.Next(1, 15); i++)
            {
                var from = random.Next(100);
                var to = random.Next(from, 101);
                set.Add(Range(from, to));
                for (var minute = from; minute < to; minute++)
                    minutes[minute] = true;
            }

            Assert.All(set.Ranges.Zip(set.Ranges.Skip(1)), pair => Assert.True(pair.First.To < pair.Second.From));
            var missing = set.MissingOf(Range(0, 100)).SelectMany(range => Enumerable.Range(MinuteOf(range.From), (int)range.Length.TotalMinutes));
            Assert.Equal(Enumerable.Range(0, 100).Where(minute => !minutes[minute]), missing);
        }
    }

    [Fact]
    public void A_range_is_covered_when_nothing_of_it_is_missing()
    {
        var set = new RangeSet([Range(0, 5), Range(5, 10)]);

        Assert.True(set.Covers(Range(2, 10)));
        Assert.True(set.Covers(Range(4, 4)));
        Assert.False(set.Covers(Range(9, 11)));
    }

    private static TimeRange Range(int from, int to) => new(DateTimeOffset.UnixEpoch.AddMinutes(from), DateTimeOffset.UnixEpoch.AddMinutes(to));

    private static int MinuteOf(DateTimeOffset instant) => (int)(instant - DateTimeOffset.UnixEpoch).TotalMinutes;
}
