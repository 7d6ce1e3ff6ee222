using System.Diagnostics;
using System.Globalization;
using StockPipeline.Bench.Measure;

namespace StockPipeline.Bench.Websocket;

/// <summary>A server on one core and its clients on another.</summary>
internal sealed class Fanout : IAsyncDisposable
{
    public const int Clients = 1_000;

    private const int ServerCore = 0;
    private const int ClientCore = 1;
    private const double Mebibyte = 1024 * 1024;

    /// <summary>How much longer clients listen than the server broadcasts.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(0.5);

    private readonly PinnedProcess server;
    private readonly PinnedProcess clients;

    private Fanout(PinnedProcess server, PinnedProcess clients) => (this.server, this.clients) = (server, clients);

    /// <summary>Mebibytes of the server in memory.</summary>
    public double Resident => server.Resident / Mebibyte;

    /// <summary>Our broadcaster.</summary>
    /// <param name="stuck">Clients besides that never read anything.</param>
    public static Task<Fanout> OursAsync(int stuck = 0) => StartAsync(PinnedProcess.StartPart(ServerCore, FanoutServer.Part), stuck);

    /// <summary>The shortest loop there is.</summary>
    public static Task<Fanout> BareAsync() => StartAsync(PinnedProcess.StartPart(ServerCore, BareLoop.Part), 0);

    /// <summary>The broadcaster that most would write; null, and a word on it, where node is missing.</summary>
    public static async Task<Fanout?> NodeAsync(Report report)
    {
        if (await ProvideNodeAsync() is { } folder)
            return await StartAsync(PinnedProcess.Start(ServerCore, "node", [Path.Combine(folder, "server.js")]), 0);
        report.Say("node and npm are missing: not measured beside ws");
        return null;
    }

    /// <param name="rate">Messages a second, each to all; 0 is, for node, as fast as the clients take them.</param>
    /// <param name="length">For how long.</param>
    public async Task<FanoutStretch> StretchAsync(int rate, TimeSpan length)
    {
        var listening = clients.AskAsync(Seconds(length + Rest), FanoutJson.Default.HeardStretch);
        var served = await server.AskAsync($"{rate} {Seconds(length)}", FanoutJson.Default.ServedStretch);
        return new FanoutStretch(served, await listening);
    }

    public async ValueTask DisposeAsync()
    {
        await clients.DisposeAsync();
        await server.DisposeAsync();
    }

    private static async Task<Fanout> StartAsync(PinnedProcess server, int stuck)
    {
        if (Environment.ProcessorCount < 2)
            throw new InvalidOperationException("Two cores are needed: one for the server, one for the clients.");
        var clients = PinnedProcess.StartPart(ClientCore, FanoutClients.Part, await server.HearAsync(), $"{Clients}", $"{stuck}");
        await clients.HearAsync();
        return new Fanout(server, clients);
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
