namespace StockPipeline.Simulator.Polygon;

/// <summary>What goes wrong on purpose; may be changed while the world runs. Each number is how many of the next requests it strikes.</summary>
public sealed class PolygonFaults
{
    private int tooMany;
    private int broken;
    private int foreignPages;

    /// <summary>Requests answered with 429.</summary>
    public int TooMany { get => Volatile.Read(ref tooMany); set => Volatile.Write(ref tooMany, value); }

    /// <summary>Requests answered with a proxy's page and 502.</summary>
    public int Broken { get => Volatile.Read(ref broken); set => Volatile.Write(ref broken, value); }

    /// <summary>Pages whose next one is said to be on another host.</summary>
    public int ForeignPages { get => Volatile.Read(ref foreignPages); set => Volatile.Write(ref foreignPages, value); }

    /// <summary>Whether a 429 says when to come again.</summary>
    public bool SaysRetryAfter { get; set; } = true;

    internal bool StrikesTooMany() => Take(ref tooMany);

    internal bool StrikesBroken() => Take(ref broken);

    internal bool StrikesPage() => Take(ref foreignPages);

    private static bool Take(ref int left)
    {
        if (Interlocked.Decrement(ref left) >= 0)
            return true;
        Interlocked.Increment(ref left);
        return false;
    }
}
