using System.Diagnostics;
using StockPipeline.Contracts.Topics;
using StockPipeline.Testing;

namespace StockPipeline.Bench.Macd;

/// <summary>
/// A worker and a bare loop that bring as many records of the same length to as many topics, in rounds: the candles are there before either begins.
/// </summary>
internal sealed class WorkerRace(Site site, CandleFeed feed, ChildProcess worker, IReadOnlyList<TopicDeclaration> values)
{
    private const int Rounds = 5;
    private const int MostWarnings = 10;
    private const double Megabyte = 1_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly long[] held = new long[values.Count];

    /// <summary>What the worker holds in memory now, in megabytes.</summary>
    public double Resident
    {
        get
        {
            using var process = Process.GetProcessById(worker.Id);
            return process.WorkingSet64 / Megabyte;
        }
    }

    /// <summary>What the worker has warned of, the first of it: a figure that comes of trouble is none.</summary>
    public IEnumerable<string> Warnings => worker.Output.Concat(worker.Errors).Take(MostWarnings).Select(line => $"the worker said: {line}");

    /// <summary>Waits until each topic holds so many records more.</summary>
    public async Task HoldMoreAsync(Func<int, long> records, TimeSpan patience)
    {
        for (var which = 0; which < values.Count; which++)
        {
            held[which] += records(which);
            await site.HoldsAsync(values[which], held[which], patience, worker);
        }
    }

    /// <summary>Runs the rounds; the rates are of records written, the ratio is that of each round.</summary>
    /// <param name="minutes">Candles of each instrument in a round.</param>
    /// <param name="lengths">Of the values that the bare loop writes to each topic.</param>
    public async Task<(double Ours, double Copied, double Ratio)> RunAsync(int minutes, IReadOnlyList<int> lengths)
    {
        var rounds = new List<(double Ours, double Copied)>();
        var targets = site.Copies.Zip(lengths).ToList();
        var candles = minutes * CandleFeed.Instruments;
        for (var round = 0; round <= Rounds; round++)
        {
            // The worker sleeps while the candles come, for less than a session.
            var from = site.Ends(site.Topics.Candles(Site.Interval));
            worker.Signal(ChildProcess.Pause);
            await feed.BringAsync(minutes);
            // Who goes first finds the broker as the feed has left it, so each does in turn.
            var copyFirst = round % 2 == 0;
            var copied = copyFirst ? await CopyAsync(from, targets, candles) : 0;
            var began = TimeProvider.System.GetTimestamp();
            worker.Signal(ChildProcess.Resume);
            await HoldMoreAsync(_ => candles, Patience);
            var ours = candles * (double)values.Count / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            copied = copyFirst ? copied : await CopyAsync(from, targets, candles);
            // The first round is for the compiler.
            if (round > 0)
                rounds.Add((ours, copied));
        }
        var ratio = Middle(rounds.Select(one => one.Ours / one.Copied));
        return (Middle(rounds.Select(one => one.Ours)), Middle(rounds.Select(one => one.Copied)), ratio);
    }

    private async Task<double> CopyAsync(long[] from, List<(TopicDeclaration, int)> targets, int candles)
    {
        var loop = new CopyLoop(site.Connection.BootstrapServers);
        var time = await Task.Run(() => loop.Copy(site.Topics.Candles(Site.Interval), from, targets, candles));
        return candles * (double)targets.Count / time.TotalSeconds;
    }

    private static double Middle(IEnumerable<double> figures) => figures.Order().ElementAt(Rounds / 2);
}
