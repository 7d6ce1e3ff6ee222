using System.Diagnostics.CodeAnalysis;
using Cronos;
using StockPipeline.Contracts.Tasks;

namespace StockPipeline.Tasks.Schedules;

/// <summary>The times of one schedule, in its own zone: an hour that comes twice counts once, one left out is made good.</summary>
public sealed class ScheduleTimes
{
    private const int FieldsWithSeconds = 6;

    private readonly CronExpression cron;
    private readonly TimeZoneInfo zone;

    private ScheduleTimes(CronExpression cron, TimeZoneInfo zone)
    {
        this.cron = cron;
        this.zone = zone;
    }

    /// <summary>Reads the text of a schedule; the problem says which part is wrong, and why.</summary>
    public static bool TryRead(
        string cronText, string zoneText, [NotNullWhen(true)] out ScheduleTimes? times, [NotNullWhen(false)] out ScheduleProblem? problem)
    {
        (times, problem) = (null, null);
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zoneText, out var zone))
        {
            problem = new ScheduleProblem("zone", $"'{zoneText}' is not a time zone; IANA's names are expected, such as Europe/Moscow or UTC");
            return false;
        }
        try
        {
            var fields = cronText.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
            var cron = CronExpression.Parse(cronText, fields == FieldsWithSeconds ? CronFormat.IncludeSeconds : CronFormat.Standard);
            times = new ScheduleTimes(cron, zone);
            return true;
        }
        catch (CronFormatException wrong)
        {
            problem = new ScheduleProblem("cron", wrong.Message);
            return false;
        }
    }

    /// <summary>The first time after the instant; null where there is none.</summary>
    public DateTimeOffset? After(DateTimeOffset instant) => cron.GetNextOccurrence(instant, zone)?.ToUniversalTime();

    /// <summary>The times after <paramref name="from"/> and up to <paramref name="to"/> that are still to be made good, oldest first.</summary>
    /// <param name="from">The last time that was.</param>
    /// <param name="to">Now.</param>
    /// <param name="missed">What is done about those that nobody looked at.</param>
    /// <param name="grace">A time no older than this was not missed.</param>
    /// <param name="limit">Of all together, the newest count.</param>
    public IReadOnlyList<DateTimeOffset> Due(DateTimeOffset from, DateTimeOffset to, MissedSlots missed, TimeSpan grace, int limit)
    {
        var due = new Queue<DateTimeOffset>();
        for (var slot = After(from); slot is { } at && at <= to; slot = After(at))
        {
            due.Enqueue(at);
            if (due.Count > (missed == MissedSlots.Each ? limit : 1))
                due.Dequeue();
        }
        return missed == MissedSlots.None ? [.. due.Where(slot => to - slot <= grace)] : [.. due];
    }
}
