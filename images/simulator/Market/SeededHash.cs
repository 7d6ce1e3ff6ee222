using System.Text;

namespace StockPipeline.Simulator.Market;

/// <summary>
/// Randomness without state: a well-mixed number for every combination of a key and a position. The same on every machine and in every
/// process, and any place can be asked first.
/// </summary>
internal static class SeededHash
{
    private const double To53Bits = 1.0 / (1L << 53);

    /// <summary>The key of one named thing under a seed.</summary>
    public static ulong Key(ulong seed, string name)
    {
        var key = Mix(seed ^ 0x5bd1e9955bd1e995);
        foreach (var one in Encoding.UTF8.GetBytes(name))
            key = Mix(key ^ one);
        return key;
    }

    /// <summary>The finalizer of SplitMix64 over the key and a position.</summary>
    public static ulong At(ulong key, long position) => Mix(key + (unchecked((ulong)position) * 0x9e3779b97f4a7c15));

    /// <summary>From 0 inclusive to 1 exclusive.</summary>
    public static double Unit(ulong hash) => (hash >> 11) * To53Bits;

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value += 0x9e3779b97f4a7c15;
            value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
            value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
            return value ^ (value >> 31);
        }
    }
}
