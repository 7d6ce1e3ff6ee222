using System.Diagnostics;
using System.Globalization;
using StockPipeline.Bench.Measure;

namespace StockPipeline.Bench.Websocket;

/// <summary>
/// A broadcaster on one core and a thousand clients on another: at a modest rate, at ever higher ones, with clients that read nothing; and the
/// broadcaster that most would write with node's <c>ws</c>, under the same clients.
/// </summary>
public sealed class WebsocketSuite : ISuite
{
    private const int Clients = 1_000;
    private const int StuckClients = 20;
    private const int Rounds = 5;
    private const int ModestRate = 100;
    private const int QuickRate = 1_100;
    private const int ServerCore = 0;
    private const int ClientCore = 1;
    private const double Microseconds = 1e6;
    private const double Mebibyte = 1024 * 1024;

    private static readonly int[] QuickRates = [QuickRate, 2_000, 4_000];
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(4);

    public string Name => "websocket";

    public async Task RunAsync(Report report)
    {
        if (Environment.ProcessorCount < 2)
            throw new InvalidOperationException("Two cores are needed: one for the broadcaster, one for the clients.");
        var baseline = await MeasureNodeAsync(report);
        await using var server = PinnedProcess.StartPart(ServerCore, FanoutServer.Part);
        var port = await server.HearAsync();
        await using var clients = await ConnectAsync(port, Clients, 0);
        await StretchAsync(server, clients, QuickRate, WarmUp);
        var modest = await ModestAsync(report, "ours", server, clients);
        report.Add("ours, processor for one frame, as a bar", modest, "us", Bar.AtMost(5));
        if (baseline is { } theirs)
            report.Add("ours, processor for one frame, beside node ws", modest, "us", theirs, Bar.AtMost(0.85));
        var undisturbed = await QuickAsync(report, server, clients);
        await MeasureStuckAsync(report, server, clients, port, undisturbed);
        report.Add("ours, resident after it all", server.Resident / Mebibyte, "MiB", Bar.AtMost(150));
    }

    private static async Task MeasureStuckAsync(Report report, PinnedProcess server, PinnedProcess clients, string port, double undisturbed)
    {
        await using var stuck = await ConnectAsync(port, 0, StuckClients);
        // So long that what the stuck ones have not taken fills every buffer there is.
        await StretchAsync(server, clients, QuickRate, WarmUp);
        var heard = await RepeatAsync(server, clients, QuickRate);
        report.Add($"ours, {QuickRate}/s with {StuckClients} stuck clients, p99, beside without", heard.P99, "ms", undisturbed, Bar.AtMost(1.25));
    }

    private static async Task<double> QuickAsync(Report report, PinnedProcess server, PinnedProcess clients)
    {
        var (best, first) = (0.0, double.NaN);
        foreach (var rate in QuickRates)
        {
            var heard = await RepeatAsync(server, clients, rate);
            ReportQuick(report, $"ours, {rate} messages/s to {Clients}", heard);
            first = rate == QuickRate ? heard.P99 : first;
            best = heard.P99 < 20 ? Math.Max(best, heard.FramesPerSecond) : best;
        }
        report.Add("ours, most on one core with p99 below 20 ms", best, "frames/s", Bar.AtLeast(1_000_000));
        return first;
    }

    /// <returns>Microseconds of processor time for a frame; null where node is missing.</returns>
    private static async Task<double?> MeasureNodeAsync(Report report)
    {
        if (await ProvideNodeAsync() is not { } folder)
        {
            report.Say("node and npm are missing: not measured beside ws");
            return null;
        }
        await using var server = PinnedProcess.Start(ServerCore, "node", [Path.Combine(folder, "server.js")]);
        await using var clients = await ConnectAsync(await server.HearAsync(), Clients, 0);
        await StretchAsync(server, clients, ModestRate, WarmUp);
        var modest = await ModestAsync(report, "node ws", server, clients);
        ReportQuick(report, "node ws, flat out", await RepeatAsync(server, clients, 0));
        report.Add("node ws, resident after it all", server.Resident / Mebibyte, "MiB");
        return modest;
    }

    private static async Task<double> ModestAsync(Report report, string who, PinnedProcess server, PinnedProcess clients)
    {
        var rounds = new List<(double Cpu, HeardStretch Heard)>();
        while (rounds.Count < Rounds)
        {
            var (served, heard) = await StretchAsync(server, clients, ModestRate, Length);
            rounds.Add((served.Cpu / heard.Frames * Microseconds, heard));
        }
        var processor = Median(rounds, round => round.Cpu).Cpu;
        var lasts = Median(rounds, round => round.Heard.LastP50).Heard;
        report.Add($"{who}, {ModestRate} messages/s, processor for one frame", processor, "us");
        report.Add($"{who}, {ModestRate} messages/s, the last client has it, p50", lasts.LastP50, "ms", who == "ours" ? Bar.AtMost(6) : null);
        report.Add($"{who}, {ModestRate} messages/s, the last client has it, p99", lasts.LastP99, "ms");
        return processor;
    }

    private static void ReportQuick(Report report, string what, HeardStretch heard)
    {
        report.Add(what, heard.FramesPerSecond, "frames/s");
        report.Add($"{what}, p50", heard.P50, "ms");
        report.Add($"{what}, p99", heard.P99, "ms");
    }

    /// <summary>The middle one of several stretches, so that what else the machine does now and then counts less.</summary>
    private static async Task<HeardStretch> RepeatAsync(PinnedProcess server, PinnedProcess clients, int rate)
    {
        var rounds = new List<HeardStretch>();
        while (rounds.Count < Rounds)
            rounds.Add((await StretchAsync(server, clients, rate, Length)).Heard);
        return Median(rounds, round => round.P99);
    }

    private static T Median<T>(List<T> rounds, Func<T, double> figure) => rounds.OrderBy(figure).ElementAt(rounds.Count / 2);

    private static async Task<PinnedProcess> ConnectAsync(string port, int count, int stuck)
    {
        var clients = PinnedProcess.StartPart(ClientCore, FanoutClients.Part, port, $"{count}", $"{stuck}");
        await clients.HearAsync();
        return clients;
    }

    private static async Task<(ServedStretch Served, HeardStretch Heard)> StretchAsync(
        PinnedProcess server, PinnedProcess clients, int rate, TimeSpan length)
    {
        var listening = clients.AskAsync(Seconds(length + TimeSpan.FromSeconds(0.5)), FanoutJson.Default.HeardStretch);
        var served = await server.AskAsync($"{rate} {Seconds(length)}", FanoutJson.Default.ServedStretch);
        return (served, await listening);
    }

    private static async Task<string?> ProvideNodeAsync()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Websocket", "Node");
        try
        {
            using var install = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            {
                WorkingDirectory = folder, RedirectStandardOutput = true,
            })!;
            await install.WaitForExitAsync();
            return install.ExitCode == 0 ? folder : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string Seconds(TimeSpan length) => length.TotalSeconds.ToString(CultureInfo.InvariantCulture);
}
