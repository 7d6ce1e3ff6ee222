using System.Globalization;
using System.Runtime.InteropServices;
using StockPipeline.Bench.Measure;
using StockPipeline.Testing;

namespace StockPipeline.Bench.Websocket;

/// <summary>A server on one core and its clients on another.</summary>
internal sealed class Fanout : IAsyncDisposable
{
    public const int Clients = 1_000;

    private const int ServerCore = 0;
    private const int ClientCore = 1;
    private const string Scripts = "bench/Websocket/JavaScript";
    private const double Mebibyte = 1024 * 1024;

    /// <summary>How much longer clients listen than the server broadcasts.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(0.5);

    private readonly PinnedProcess server;
    private readonly PinnedProcess clients;

    private Fanout(string name, PinnedProcess server, PinnedProcess clients) => (Name, this.server, this.clients) = (name, server, clients);

    /// <summary>Whose server it is, for the report.</summary>
    public string Name { get; }

    /// <summary>Mebibytes of the server in memory.</summary>
    public double Resident => server.Resident / Mebibyte;

    /// <summary>Our broadcaster.</summary>
    /// <param name="stuck">Clients besides that never read anything.</param>
    public static Task<Fanout> OursAsync(int stuck = 0) =>
        StartAsync(stuck == 0 ? "ours" : $"ours, {stuck} stuck clients", PinnedProcess.StartPart(ServerCore, FanoutServer.Part), stuck);

    /// <summary>The shortest loop there is.</summary>
    public static Task<Fanout> BareAsync() => StartAsync("bare loop", PinnedProcess.StartPart(ServerCore, BareLoop.Part));

    /// <summary>The broadcaster that most would write.</summary>
    public static async Task<Fanout> NodeAsync()
    {
        await NodeScripts.ProvideAsync(Scripts);
        return await StartAsync("node ws", StartScript("node", "ws.js"));
    }

    /// <summary>The fastest server of others: uWebSockets, which bun has built in.</summary>
    public static async Task<Fanout> UWebSocketsAsync(string how = "each")
    {
        await NodeScripts.ProvideAsync(Scripts);
        var bun = RepositoryFolder.PathOf($"{Scripts}/node_modules/@oven/bun-linux-{BunArchitecture}/bin/bun");
        if (!File.Exists(bun))
            throw new FileNotFoundException($"npm has brought no bun for this machine, which uWebSockets is measured in: there is no {bun}");
        return await StartAsync("uWebSockets " + how, StartScript(bun, "uwebsockets.js", how));
    }

    /// <param name="rate">Messages a second, each to all; 0 is, for scripts, as fast as the clients take them.</param>
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

    private static string BunArchitecture => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x64";

    private static PinnedProcess StartScript(string program, string script, params string[] arguments) =>
        PinnedProcess.Start(ServerCore, program, [RepositoryFolder.PathOf($"{Scripts}/{script}"), .. arguments]);

    private static async Task<Fanout> StartAsync(string name, PinnedProcess server, int stuck = 0)
    {
        if (Environment.ProcessorCount < 2)
            throw new InvalidOperationException("Two cores are needed: one for the server, one for the clients.");
        var clients = PinnedProcess.StartPart(ClientCore, FanoutClients.Part, await server.HearAsync(), $"{Clients}", $"{stuck}");
        await clients.HearAsync();
        return new Fanout(name, server, clients);
    }

    private static string Seconds(TimeSpan length) => length.TotalSeconds.ToString(CultureInfo.InvariantCulture);
}
