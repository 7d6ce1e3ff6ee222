using System.Globalization;
using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;

namespace StockPipeline.Bench.Workers;

/// <summary>
/// A month of the market, nights and weekends included, in ten minutes, each worker a process of its own: their memory must be flat. A day of
/// the market is some twenty seconds, so whatever grows with candles, days, sessions or questions has grown a month's worth.
/// </summary>
public sealed class MonthSuite : ISuite
{
    private const int Days = 30;

    private const double Speed = 4_500;

    /// <summary>Begins on a Monday before the first session.</summary>
    private const string Start = "2026-10-19T03:00:00Z";

    /// <summary>Days at the beginning in which programs are compiled and the history is loaded, the weekend among them.</summary>
    private const int Loading = 7;

    /// <summary>Days after that and at the end that are held against each other.</summary>
    private const int Compared = 5;

    /// <summary>What a worker may hold more in the last days than in the first, as a ratio: the days that tables keep, and chance.</summary>
    private const double MaxGrowth = 1.10;

    /// <summary>Values of a share on a day, weekends among them; with fewer the month has not passed through the workers.</summary>
    private const int FewestValues = 500;

    private static readonly string[] Tickers =
    [
        "SBER", "SBERP", "GAZP", "LKOH", "YDEX", "ROSN", "NVTK", "TATN", "SNGS", "SNGSP", "GMKN", "PLZL", "CHMF", "NLMK", "MAGN", "ALRS", "MTSS",
        "VTBR", "MOEX", "AFLT", "IRAO", "HYDR", "RUAL", "PHOR", "MGNT", "PIKK", "RTKM", "FEES", "BANE", "KZOSP",
    ];

    /// <summary>
    /// The way of a candle through the topics takes as long as ever, which at this speed is minutes of the market: with less patience every
    /// candle would be asked for.
    /// </summary>
    private static readonly (string Variable, string Value) Grace = ("GAPS_GRACE", "45m");

    public string Name => "month";

    public async Task RunAsync(Report report)
    {
        var day = TimeSpan.FromDays(1) / Speed;
        await using var site = await WorkersSite.StartAsync(Start, Speed, Tickers);
        site.StartWorkers(WorkersSuite.Kinds, Grace);
        var seen = site.Workers.ToDictionary(worker => worker, _ => new List<double>());
        long frames = 0;
        for (var passed = 0; passed < Days; passed++)
        {
            // Nobody can connect before the websocket worker has found its instrument, which takes some of the first day.
            await using var client = passed > 0 ? await site.ConnectAsync() : null;
            await site.WatchAsync(day);
            frames += client?.Frames ?? 0;
            foreach (var worker in site.Workers)
                seen[worker].Add(worker.Now);
        }
        report.Say($"{Tickers.Length} shares, 1-min, {Days} days at {Speed:0} times; resident at the end of each fifth day, MB");
        foreach (var (worker, days) in seen)
        {
            var fifths = days.Where((_, at) => at % 5 == 4).Select(one => one.ToString("0", CultureInfo.InvariantCulture));
            report.Say($"{worker.Kind}: {string.Join(' ', fifths)}");
            report.Add($"{worker.Kind}, resident at most", worker.Peak, "MB", Bar.AtMost(WorkersSuite.MaxResident));
            report.Add(
                $"{worker.Kind}, last {Compared} days beside days {Loading + 1} to {Loading + Compared}", days.TakeLast(Compared).Average(), "MB",
                days.Skip(Loading).Take(Compared).Average(), Bar.AtMost(MaxGrowth));
        }
        report.Add(
            "values published meanwhile", site.RecordsIn(PipelineTopics.Default.Macd(Interval.OneMinute)), "",
            Bar.AtLeast(Tickers.Length * Days * FewestValues));
        report.Add("frames to a websocket client, another one each day", frames, "", Bar.AtLeast(Days * FewestValues));
    }
}
