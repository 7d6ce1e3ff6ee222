namespace StockPipeline.Workers.Ledger;

/// <summary>The open times of the candles of one series, each once, ascending, four bytes each.</summary>
public sealed class OpenTimes
{
    private int[] minutes = [];

    public int Count { get; private set; }

    public int this[int at] => minutes[at];

    /// <summary>The oldest; there is one when <see cref="Count"/> is not 0.</summary>
    public int First => minutes[0];

    public int Last => minutes[Count - 1];

    /// <returns>False when it was there already.</returns>
    public bool Add(int minute)
    {
        var at = IndexFrom(minute);
        if (at < Count && minutes[at] == minute)
            return false;
        if (Count == minutes.Length)
            Array.Resize(ref minutes, Math.Max(16, Count + (Count / 4)));
        Array.Copy(minutes, at, minutes, at + 1, Count - at);
        minutes[at] = minute;
        Count++;
        return true;
    }

    /// <returns>False when it was not there.</returns>
    public bool Remove(int minute)
    {
        var at = IndexFrom(minute);
        if (at == Count || minutes[at] != minute)
            return false;
        Count--;
        Array.Copy(minutes, at + 1, minutes, at, Count - at);
        return true;
    }

    /// <summary>Forgets what is older.</summary>
    public void RemoveBefore(int minute)
    {
        var at = IndexFrom(minute);
        if (at == 0)
            return;
        Count -= at;
        Array.Copy(minutes, at, minutes, 0, Count);
    }

    public bool Contains(int minute) => Array.BinarySearch(minutes, 0, Count, minute) >= 0;

    /// <summary>The place of the first that is not before the minute.</summary>
    public int IndexFrom(int minute)
    {
        if (Count == 0 || minutes[Count - 1] < minute)
            return Count;
        var at = Array.BinarySearch(minutes, 0, Count, minute);
        return at < 0 ? ~at : at;
    }
}
