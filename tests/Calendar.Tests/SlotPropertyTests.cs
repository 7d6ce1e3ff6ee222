using StockPipeline.Calendar;
using StockPipeline.Contracts.Time;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.CalendarTests;

public sealed class SlotPropertyTests(ITestOutputHelper output)
{
    private const int Rounds = 150;

    private static readonly DateOnly First = new(2025, 3, 1);

    [Fact]
    public void Slots_are_those_the_definition_gives_both_ways()
    {
        Each((random, interval, days, schedule) =>
        {
            var range = RandomRange(random, days.Count);
            var expected = Samples.SlotsByDefinition(days, interval, range);

            var slots = schedule.Slots(interval, range);
            var forward = new List<DateTimeOffset>();
            foreach (var slot in slots)
                forward.Add(slot);

            Assert.Equal(expected, forward);
            Assert.Equal(expected.Count, slots.Count);
            Assert.Equal(expected.AsEnumerable().Reverse(), slots.Reversed());
            Assert.Equal(expected, slots.Reversed().Reversed());
        });
    }

    [Fact]
    public void Next_and_previous_step_through_the_slots_one_by_one()
    {
        Each((random, interval, days, schedule) =>
        {
            var instant = RandomInstant(random, days.Count);
            var all = Samples.SlotsByDefinition(days, interval, new TimeRange(StartOf(First), StartOf(First.AddDays(days.Count))));

            Assert.Equal(Known(all.Where(slot => slot > instant).Take(1)), schedule.Next(interval, instant).Slot);
            Assert.Equal(Known(all.Where(slot => slot < instant).TakeLast(1)), schedule.Previous(interval, instant).Slot);
            Assert.Equal(all.Contains(interval.Align(instant)), schedule.HasTrading(interval, instant));
        });
    }

    [Fact]
    public void The_nth_slot_back_is_the_nth_of_an_enumeration_backwards()
    {
        Each((random, interval, days, schedule) =>
        {
            var instant = RandomInstant(random, days.Count);
            var count = random.Next(1, 400);
            var all = Samples.SlotsByDefinition(days, interval, new TimeRange(StartOf(First), StartOf(First.AddDays(days.Count))));
            var back = all.Where(slot => slot < instant).Reverse().Skip(count - 1).Take(1).ToList();
            var forward = all.Where(slot => slot > instant).Skip(count - 1).Take(1).ToList();

            var answer = schedule.Back(interval, count, instant);
            var ahead = schedule.Forward(interval, count, instant);

            Assert.Equal(Known(back), answer.Slot);
            Assert.Equal(back.Count == 0 ? First.AddDays(-1) : null, answer.UnknownDay);
            Assert.Equal(Known(forward), ahead.Slot);
            Assert.Equal(forward.Count == 0 ? First.AddDays(days.Count) : null, ahead.UnknownDay);
        });
    }

    private static DateTimeOffset? Known(IEnumerable<DateTimeOffset> one) => one.Select(slot => (DateTimeOffset?)slot).SingleOrDefault();

    private void Each(Action<Random, Interval, List<Contracts.Records.TradingDay>, ExchangeSchedule> check)
    {
        var random = new Random(Seed.Next(output.WriteLine));
        for (var round = 0; round < Rounds; round++)
        {
            var days = Samples.Dates(First, random.Next(1, 9)).Select(date => Samples.RandomDay(random, date)).ToList();
            var interval = Interval.All[random.Next(Interval.All.Count)];
            check(random, interval, days, TradingCalendar.Empty.With(days.OrderBy(_ => random.Next())).Of(Samples.Exchange));
        }
    }

    private static TimeRange RandomRange(Random random, int days)
    {
        var (one, other) = (RandomInstant(random, days), RandomInstant(random, days));
        return one < other ? new TimeRange(one, other) : new TimeRange(other, one);
    }

    private static DateTimeOffset RandomInstant(Random random, int days)
    {
        var milliseconds = random.NextInt64(0, days * 86_400_000L);
        return StartOf(First).AddMilliseconds(random.Next(2) == 0 ? milliseconds : milliseconds / 300_000 * 300_000);
    }

    private static DateTimeOffset StartOf(DateOnly date) => new(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
