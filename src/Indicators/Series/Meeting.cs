namespace StockPipeline.Indicators.Series;

/// <summary>Sees when two states that walk side by side go on alike for ever.</summary>
internal struct Meeting(Reach reach, long lastChange)
{
    /// <summary>Candles in a row, the same in both, since the last one that differs.</summary>
    private int alike;

    /// <summary>Steps in a row after which the states were equal.</summary>
    private int equal;

    /// <param name="openTime">Of a candle that both have taken.</param>
    /// <param name="areEqual">Their states are equal.</param>
    /// <param name="position">Of the candle in the one series.</param>
    /// <param name="formerPosition">And in the other.</param>
    public bool HasCome(long openTime, bool areEqual, int position, int formerPosition)
    {
        if (openTime <= lastChange)
            return false;
        alike++;
        if (alike < reach.Window || (position != formerPosition && Math.Min(position, formerPosition) < reach.Seeded))
            return false;
        equal = areEqual || reach.IsMemoryless ? equal + 1 : 0;
        return equal > reach.RunIn;
    }
}
