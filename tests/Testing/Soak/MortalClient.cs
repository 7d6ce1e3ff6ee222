using System.Globalization;

namespace StockPipeline.Testing.Soak;

/// <summary>A producer or consumer as a process of its own, with a ledger of what it knows.</summary>
internal sealed class MortalClient : IAsyncDisposable
{
    private const string Program = "StockPipeline.SoakClient.dll";

    private readonly ChildProcess process;

    private MortalClient(int life, string ledger, ChildProcess process) => (Life, LedgerPath, this.process) = (life, ledger, process);

    /// <summary>No other client has this number.</summary>
    public int Life { get; }

    public string LedgerPath { get; }

    /// <summary>What it said when it ended without being told to; null while it lives.</summary>
    public string? Complaint => process.HasExited ? $"client {Life} ended by itself: {string.Join(' ', process.Errors)}" : null;

    public static MortalClient StartProducer(TempFolder folder, string servers, int life, int recordsPerSecond) =>
        Start(folder, life, ["produce", servers, Text(life), Text(recordsPerSecond)]);

    public static MortalClient StartConsumer(TempFolder folder, string servers, int life) => Start(folder, life, ["consume", servers]);

    public async Task DieAsync()
    {
        process.Signal(ChildProcess.Kill);
        await process.ExitAsync();
        await process.DisposeAsync();
    }

    /// <summary>Lets it finish what it has begun.</summary>
    public async Task StopAsync()
    {
        // One that has just been started does not know yet what the signal means.
        await process.SaysAsync("ready");
        process.Signal(ChildProcess.Terminate);
        if (await process.ExitAsync() != 0)
            throw new InvalidOperationException(Complaint);
        await process.DisposeAsync();
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static MortalClient Start(TempFolder folder, int life, string[] arguments)
    {
        var ledger = folder.File($"client-{Text(life)}.ledger");
        return new MortalClient(life, ledger, ChildProcess.StartDotnet(Program, [.. arguments, ledger]));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
