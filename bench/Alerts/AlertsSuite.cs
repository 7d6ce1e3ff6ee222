using StockPipeline.Alerts;
using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Bench.Alerts;

/// <summary>How many values one core holds rules against: 100,000 rules of all kinds over 2,000 series.</summary>
internal sealed class AlertsSuite : ISuite
{
    private const int Series = 2_000;
    private const int RulesOfSeries = 50;
    private const int Kept = 1_000;
    private const int Minutes = 700;
    private const double LeastASecond = 20_000;

    private static readonly DateTimeOffset Morning = new(2026, 11, 30, 0, 0, 0, TimeSpan.Zero);

    public string Name => "alerts";

    public Task RunAsync(Report report)
    {
        var (board, random, changes) = (new AlertBoard(Kept), new Random(1), new List<AlertChange>());
        var figis = Enumerable.Range(0, Series).Select(number => new Figi($"BBG{number:000000000}")).ToArray();
        var closes = figis.Select(_ => 300.0).ToArray();
        for (var series = 0; series < Series; series++)
        {
            for (var rule = 0; rule < RulesOfSeries; rule++)
                board.Put(RuleOf(figis[series], rule), changes);
        }
        board.Start(changes);
        double[] values = [0, 0, 0];
        long said = 0;
        void Minute(int minute, bool isFinal)
        {
            var open = Morning.AddMinutes(minute).ToUnixTimeMilliseconds();
            for (var series = 0; series < Series; series++)
            {
                var close = closes[series] *= 1 + ((random.NextDouble() - 0.5) / 500);
                (values[0], values[1], values[2]) = (close, close * 1.0005, close * 0.9995);
                board.Take(Interval.OneMinute, AlertCondition.Candles, figis[series], open, isFinal, values, changes);
            }
            said += changes.Count;
            changes.Clear();
        }
        for (var minute = 0; minute < Minutes; minute++)
            Minute(minute, isFinal: true);

        var (began, count) = (TimeProvider.System.GetTimestamp(), 0);
        for (var minute = Minutes; TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(5); minute++)
        {
            // Each candle forms three times before it is final.
            for (var word = 0; word < 4; word++, count += Series)
                Minute(minute, isFinal: word == 3);
        }
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        report.Add(
            $"values/s over {Series:N0} series and {Series * RulesOfSeries:N0} rules, one core", count / seconds, "/s", Bar.AtLeast(LeastASecond));
        report.Add("a rule and value", seconds / count / RulesOfSeries * 1e9, "ns");

        var open = Morning.AddMinutes(Minutes - 500).ToUnixTimeMilliseconds();
        began = TimeProvider.System.GetTimestamp();
        for (var series = 0; series < 20; series++)
        {
            (values[0], values[1], values[2]) = (closes[series] * 1.001, closes[series] * 1.002, closes[series]);
            board.Take(Interval.OneMinute, AlertCondition.Candles, figis[series], open, isFinal: true, values, changes);
        }
        report.Add("a repair of a candle 500 back, 50 rules", TimeProvider.System.GetElapsedTime(began).TotalMilliseconds / 20, "ms");
        report.Say($"{said:N0} events");
        return Task.CompletedTask;
    }

    private static AlertRule RuleOf(Figi figi, int number)
    {
        var kind = (AlertKind)(number % 8);
        return new AlertRule
        {
            Owner = "bench", Id = $"{figi}-{number}", Since = Morning, Repeats = true, Margin = 0.002, Cooldown = TimeSpan.FromMinutes(30),
            Condition = new AlertCondition
            {
                Figi = figi, Name = figi.Value, Interval = Interval.OneMinute, Kind = kind, IsPercent = true,
                Level = kind is AlertKind.Rises or AlertKind.Falls or AlertKind.Moves ? 0.5 + (number * 0.02) : 290 + (number * 0.5),
                Window = TimeSpan.FromMinutes(10 + (number * 9)), IsProvisional = number % 5 == 0,
            },
        };
    }
}
