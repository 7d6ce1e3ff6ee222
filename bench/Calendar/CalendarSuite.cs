using StockPipeline.Bench.Measure;
using StockPipeline.Calendar;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using SimulatedSchedule = StockPipeline.Simulator.Market.ExchangeSchedule;

namespace StockPipeline.Bench.Calendar;

/// <summary>The slots of a simulated year, with its weekends, evenings and holidays, for as many instruments as the exchange has.</summary>
public sealed class CalendarSuite : ISuite
{
    private const int Instruments = 250;

    private const int Rounds = 5;

    private static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset To = From.AddYears(1);

    public string Name => "calendar";

    public Task RunAsync(Report report)
    {
        var days = Enumerable.Range(0, (To - From).Days).Select(day => DateOnly.FromDateTime(From.UtcDateTime.AddDays(day)))
            .Select(date => new TradingDay
            {
                Date = date,
                Exchange = SimulatedSchedule.Everything,
                Sessions = SimulatedSchedule.Sessions(SimulatedSchedule.Everything, date),
            })
            .ToList();
        var (slots, walked) = Best(() =>
        {
            var calendar = TradingCalendar.Empty.With(days);
            return Walk(_ => calendar);
        });
        var (_, alone) = Best(() => Walk(_ => TradingCalendar.Empty.With(days)));

        report.Add("1-min slots of a year, all instruments", slots / 1e6, "million");
        report.Add("a year, from schedule to the last slot", walked.TotalSeconds, "s", Bar.AtMost(2));
        report.Add("the same, each with a calendar of its own", alone.TotalSeconds, "s", Bar.AtMost(2));
        report.Add("one slot", walked.TotalNanoseconds / slots, "ns");
        return Task.CompletedTask;
    }

    /// <summary>The first round compiles, and the best of them is what the work takes where nobody else is in the way.</summary>
    private static (long Slots, TimeSpan Time) Best(Func<long> work)
    {
        var best = TimeSpan.MaxValue;
        long slots = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var started = TimeProvider.System.GetTimestamp();
            slots = work();
            var time = TimeProvider.System.GetElapsedTime(started);
            best = time < best ? time : best;
        }
        return (slots, best);
    }

    private static long Walk(Func<int, TradingCalendar> calendarOf)
    {
        long slots = 0;
        long checksum = 0;
        for (var instrument = 0; instrument < Instruments; instrument++)
        {
            foreach (var open in calendarOf(instrument).Of(SimulatedSchedule.Everything).Slots(Interval.OneMinute, From, To))
            {
                slots++;
                checksum = unchecked(checksum + open.UtcTicks);
            }
        }
        return checksum == 0 ? throw new InvalidOperationException("There are no slots.") : slots;
    }
}
