using System.Runtime.CompilerServices;

namespace StockPipeline.Indicators.Parts;

/// <summary>Wilder's averages of what the closes rose and fell by: what RSI is made of.</summary>
/// <param name="Up">Of the rises.</param>
/// <param name="Down">Of the falls.</param>
internal record struct Strength(double Up, double Down)
{
    /// <summary>Below this, averages of a price that stands still would lose their last digits and then be nothing; their ratio must stay.</summary>
    private const double Least = 1e-200;

    /// <summary>
    /// A power of two, so that nothing is rounded; what it makes of <see cref="Least"/> is still nothing beside any change of a price.
    /// </summary>
    private static readonly double Lift = Math.ScaleB(1, 300);

    /// <summary>0 to 100; 50 while the price has never moved.</summary>
    public readonly double Index
    {
        get
        {
            var sum = Up + Down;
            return sum > 0 ? Math.Clamp(100 * Up / sum, 0, 100) : 50;
        }
    }

    /// <summary>Takes the close at a position from 1 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(double change, int position, int period)
    {
        var (up, down) = (Up, Down);
        Average.TakeWilder(ref up, change > 0 ? change : 0, position - 1, period);
        Average.TakeWilder(ref down, change < 0 ? -change : 0, position - 1, period);
        (Up, Down) = (up, down);
        if (Up + Down < Least && Up + Down > 0)
            (Up, Down) = (Up * Lift, Down * Lift);
    }
}
