using CsCheck;
using StockPipeline.Contracts.Alerts;

namespace StockPipeline.AlertsTests;

/// <summary>Whatever came in which order, what stands is what a plain reading of the whole series gives, and nothing is said twice.</summary>
public sealed class AlertPropertyTests
{
    private const int Minutes = 24;

    private static readonly AlertKind[] Kinds =
    [
        AlertKind.Above, AlertKind.Below, AlertKind.CrossesAbove, AlertKind.CrossesBelow, AlertKind.Rises, AlertKind.Falls, AlertKind.Moves,
        AlertKind.Closed,
    ];

    private static readonly Deed[] Often =
    [
        .. Enumerable.Repeat(Deed.Next, 12), .. Enumerable.Repeat(Deed.Correct, 4), .. Enumerable.Repeat(Deed.Lose, 2),
        .. Enumerable.Repeat(Deed.Form, 2), Deed.Restart, Deed.Replay,
    ];

    private static readonly Gen<AlertRule> AnyRule = Gen.Select(
        Gen.Int[0, 7].Select(kind => Kinds[kind]), Gen.Int[1, 9], Gen.Int[0, 1].Select(quarter => quarter / 4.0),
        Gen.Bool, Gen.Int[0, 5], Gen.Int[-6, 10], Gen.Int[8, 40], Gen.Int[1, 8])
        .Select(one => Rules.Of(one.Item1, one.Item2).Within(one.Item8) with
        {
            Margin = one.Item3, Repeats = one.Item4, Cooldown = TimeSpan.FromMinutes(one.Item5), Since = Rules.Minute(one.Item6),
            Expires = one.Item7 > Minutes ? null : Rules.Minute(Math.Max(one.Item7, one.Item6 + 1)),
        });

    private static readonly Gen<Step[]> AnySteps = Gen.Select(
        Gen.Int[0, Often.Length - 1].Select(deed => Often[deed]), Gen.Int[0, Minutes - 1], Gen.Int[0, 10], Gen.Int[0, 3])
        .Select(one => new Step(one.Item1, one.Item2, one.Item3, one.Item4)).Array[1, 60];

    private enum Deed { Next, Correct, Lose, Form, Restart, Replay }

    [Fact]
    public void Corrections_removals_replays_and_restarts_end_in_what_the_whole_series_says() =>
        Gen.Select(AnyRule, AnySteps).Sample((rule, steps) => Run(rule, steps), iter: 4_000);

    [Fact]
    public void What_forms_is_told_of_once_and_settled_by_what_is_final() =>
        Gen.Select(AnyRule.Select(rule => rule.Provisional()), AnySteps).Sample((rule, steps) => Run(rule, steps), iter: 4_000);

    [Fact]
    public void Points_that_are_forgotten_change_nothing_of_what_was_said() =>
        Gen.Select(AnyRule, Gen.Int[0, 10].Array[500, 700]).Sample((rule, closes) =>
        {
            rule = rule with { Since = Rules.Minute(3), Expires = null };
            const int Keep = 100;
            var watched = new Watched(Keep, rule);
            var points = closes.Select((close, minute) => new Point(minute, close, true, close, close)).ToList();
            foreach (var point in points)
                watched.Take(point.Minute, point.Close);
            var said = watched.Said.Count;

            Assert.Equal(PlainModel.Minutes(rule, points).Order(), watched.Standing.Select(one => one.Minute).Order());
            watched.Restart(points.TakeLast(Keep));
            watched.Restart(points, rulesComeLate: true);
            Assert.Equal(said, watched.Said.Count);
        }, iter: 200);

    private static void Run(AlertRule rule, Step[] steps)
    {
        var (points, watched) = (new SortedDictionary<int, Point>(), new Watched(keep: 1_000, rule));
        // There was trading before anybody asked.
        for (var minute = -10; minute < 0; minute++)
            Put(points, watched, new Point(minute, 5, true, 6, 4));
        foreach (var step in steps)
        {
            Do(step, points, watched);
            if (!rule.Condition.IsProvisional || points.Values.All(point => point.IsFinal))
                Compare(rule, points, watched);
        }
        foreach (var open in points.Values.Where(point => !point.IsFinal).ToList())
            Put(points, watched, open with { IsFinal = true });
        Compare(rule, points, watched);
    }

    private static void Do(Step step, SortedDictionary<int, Point> points, Watched watched)
    {
        var newest = points.Keys.Last();
        var point = new Point(newest + 1, step.Close, true, step.Close + step.Wick, step.Close - step.Wick);
        switch (step.Deed)
        {
            case Deed.Next:
                Put(points, watched, point);
                break;
            case Deed.Form:
                Put(points, watched, point with { IsFinal = false });
                break;
            case Deed.Correct:
                Put(points, watched, point with { Minute = Math.Clamp(step.Minute, 0, Math.Max(newest, 0)) });
                break;
            case Deed.Lose when points.Remove(step.Minute):
                watched.Lose(step.Minute);
                break;
            case Deed.Replay:
                foreach (var again in points.Values.ToList())
                    watched.Take(again.Minute, again.Close, again.IsFinal, again.High, again.Low);
                break;
            case Deed.Restart:
                watched.Restart(points.Values.OrderBy(one => (one.Minute * 7919) % 31), rulesComeLate: step.Wick == 0);
                break;
        }
    }

    private static void Put(SortedDictionary<int, Point> points, Watched watched, Point point)
    {
        points[point.Minute] = point;
        watched.Take(point.Minute, point.Close, point.IsFinal, point.High, point.Low);
    }

    private static void Compare(AlertRule rule, SortedDictionary<int, Point> points, Watched watched) =>
        Assert.Equal(PlainModel.Minutes(rule, points.Values).Order(), watched.Standing.Select(one => one.Minute).Order());

    private readonly record struct Step(Deed Deed, int Minute, int Close, int Wick);
}
