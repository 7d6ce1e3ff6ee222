using System.Net;
using System.Net.Sockets;

namespace StockPipeline.Bench.Measure;

/// <summary>Ports for programs that must be told where to listen.</summary>
internal static class FreePort
{
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
