using System.Net;
using System.Net.Sockets;

namespace StockPipeline.Testing;

/// <summary>
/// Ports for programs that must be told theirs: free a moment ago, each another one. They lie below those that systems hand out by themselves,
/// so that between finding one free and taking it, or while its program is down, no connection and no other listener comes by it.
/// </summary>
public static class FreePorts
{
    private const int Lowest = 12_000;
    private const int BeyondHighest = 32_000;
    private const int Attempts = 1_000;

    public static int[] Take(int count)
    {
        var listeners = new List<TcpListener>();
        try
        {
            for (var attempt = 0; listeners.Count < count; attempt++)
            {
                var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(Lowest, BeyondHighest));
                if (TryStart(listener))
                    listeners.Add(listener);
                else if (attempt >= Attempts)
                    throw new InvalidOperationException($"Not {count} of {attempt} ports tried are free.");
            }
            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }

    private static bool TryStart(TcpListener listener)
    {
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return false;
        }
    }
}
