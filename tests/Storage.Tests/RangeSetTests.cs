using CsCheck;
using StockPipeline.Contracts.Time;
using StockPipeline.Storage;

namespace StockPipeline.StorageTests;

public sealed class RangeSetTests
{
    private const int Minutes = 60;

    private static readonly Gen<(int From, int To)[]> Additions =
        Gen.Select(Gen.Int[0, Minutes], Gen.Int[0, Minutes], (one, other) => (Math.Min(one, other), Math.Max(one, other))).Array[0, 12];

    [Fact]
    public void Any_additions_leave_ordered_ranges_that_never_touch_and_cover_exactly_what_was_added() =>
        Gen.Select(Additions, Additions).Sample((additions, wishes) =>
        {
            var set = new RangeSet();
            var minutes = new HashSet<int>();
            foreach (var (from, to) in additions)
            {
                set.Add(Range(from, to));
                minutes.UnionWith(Enumerable.Range(from, to - from));
            }

            Assert.All(set.Ranges.Zip(set.Ranges.Skip(1)), pair => Assert.True(pair.First.To < pair.Second.From));
            Assert.Equal(minutes.Order(), set.Ranges.SelectMany(MinutesOf));
            Assert.All(wishes, wish =>
            {
                var missing = Enumerable.Range(wish.From, wish.To - wish.From).Where(minute => !minutes.Contains(minute)).ToList();
                Assert.Equal(missing, set.MissingOf(Range(wish.From, wish.To)).SelectMany(MinutesOf));
                Assert.Equal(missing.Count == 0, set.Covers(Range(wish.From, wish.To)));
            });
        });

    [Fact]
    public void A_range_is_covered_when_nothing_of_it_is_missing()
    {
        var set = new RangeSet([Range(0, 5), Range(5, 10)]);

        Assert.True(set.Covers(Range(2, 10)));
        Assert.True(set.Covers(Range(4, 4)));
        Assert.False(set.Covers(Range(9, 11)));
    }

    private static TimeRange Range(int from, int to) => new(DateTimeOffset.UnixEpoch.AddMinutes(from), DateTimeOffset.UnixEpoch.AddMinutes(to));

    private static IEnumerable<int> MinutesOf(TimeRange range) =>
        Enumerable.Range((int)(range.From - DateTimeOffset.UnixEpoch).TotalMinutes, (int)range.Length.TotalMinutes);
}
