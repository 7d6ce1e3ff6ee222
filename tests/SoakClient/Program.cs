using System.Globalization;
using System.Runtime.InteropServices;
using StockPipeline.SoakClient;
using StockPipeline.Testing.Soak;

// A client that is killed while it works. SIGTERM lets it finish what it has begun.
using var stop = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stop.Cancel();
});
Console.WriteLine("ready");

switch (args)
{
    case ["produce", var servers, var life, var rate, var path]:
        using (var ledger = new Ledger(path))
            return await ProducingClient.RunAsync(servers, life, int.Parse(rate, CultureInfo.InvariantCulture), ledger, stop.Token);
    case ["consume", var servers, var path]:
        using (var ledger = new Ledger(path))
            return ConsumingClient.Run(servers, ledger, stop.Token);
    default:
        Console.Error.WriteLine("usage: produce SERVERS LIFE RECORDS_PER_SECOND LEDGER, or consume SERVERS LEDGER");
        return 2;
}
