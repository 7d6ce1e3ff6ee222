using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Indicators.Candles;

/// <summary>
/// Candles in order of time, field by field, so that a formula runs along the one it looks at. Only the fields asked for are kept; a formula that
/// looks at another one finds an empty array. Not safe for use from two threads.
/// </summary>
public sealed class CandleColumns(CandleFields fields)
{
    private const int FirstRoom = 64;

    /// <summary>
    /// Longer columns get all the room they will ever have at once: arrays this long are moved only now and then once they are let go, and those
    /// that they would have outgrown on the way would weigh as much as themselves.
    /// </summary>
    private const int MaxDoubled = 1_024;

    private Price[] prices = [];

    public CandleFields Fields => fields;

    public int Count { get; private set; }

    /// <summary>Older candles that were there once: a formula counts its candles with them.</summary>
    public int Forgotten { get; internal set; }

    /// <summary>Candles there is room for without asking for more memory.</summary>
    public int Room => OpenTime.Length;

    public long[] OpenTime { get; private set; } = [];

    public double[] Open { get; private set; } = [];

    public double[] High { get; private set; } = [];

    public double[] Low { get; private set; } = [];

    public double[] Close { get; private set; } = [];

    public double[] Volume { get; private set; } = [];

    public bool[] Final { get; private set; } = [];

    /// <summary>In seconds since 1970, which take half as much.</summary>
    public uint[] Session { get; private set; } = [];

    /// <summary>Which candle of its series stands at the index, counted from 0.</summary>
    public int Position(int index) => Forgotten + index;

    public Price PriceAt(int index) => prices[index];

    public CandleRow this[int index] => new(
        OpenTime[index], prices[index], At(Open, index), At(High, index), At(Low, index), At(Volume, index), Final[index])
    {
        Session = Session.Length > 0 ? Session[index] * CandleRow.Second : 0,
    };

    /// <summary>Whether the candle at the index says the same in all that is kept.</summary>
    public bool IsSame(int index, in CandleRow row) => prices[index] == row.Close && Final[index] == row.Final && HasSame(Open, index, row.Open)
        && HasSame(High, index, row.High) && HasSame(Low, index, row.Low) && HasSame(Volume, index, row.Volume)
        && (Session.Length == 0 || Session[index] == row.SessionSeconds);

    public void Add(in CandleRow row, int fullRoom = 0) => Insert(Count, row, fullRoom);

    /// <summary>The index of the candle at that open time, or the complement of where it would stand.</summary>
    public int Find(long openTime)
    {
        int low = 0, high = Count - 1;
        if (Count > 0 && OpenTime[high] == openTime)
            return high;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var found = OpenTime[middle];
            if (found == openTime)
                return middle;
            if (found < openTime)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return ~low;
    }

    /// <summary>The index of the first candle at that open time or after it.</summary>
    public int FirstFrom(long openTime) => Find(openTime) is >= 0 and var index ? index : ~Find(openTime);

    internal void Insert(int index, in CandleRow row, int fullRoom)
    {
        if (Count == Room)
            Resize(Room < MaxDoubled ? Math.Max(FirstRoom, Room * 2) : Math.Max(Room + (Room / 8), fullRoom));
        if (index < Count)
            Move(index, index + 1, Count - index);
        Count++;
        Put(index, row);
    }

    internal void Put(int index, in CandleRow row)
    {
        OpenTime[index] = row.OpenTime;
        prices[index] = row.Close;
        Close[index] = row.Close.ToDouble();
        Final[index] = row.Final;
        Keep(Open, index, row.Open);
        Keep(High, index, row.High);
        Keep(Low, index, row.Low);
        Keep(Volume, index, row.Volume);
        if (Session.Length > 0)
            Session[index] = row.SessionSeconds;
    }

    internal void RemoveAt(int index)
    {
        Move(index + 1, index, Count - index - 1);
        Count--;
    }

    /// <summary>Forgets so many of the oldest.</summary>
    internal void RemoveFirst(int surplus)
    {
        Move(surplus, 0, Count - surplus);
        Count -= surplus;
        Forgotten += surplus;
    }

    internal void Clear()
    {
        Count = 0;
        Forgotten = 0;
    }

    /// <summary>Adds the candles of others that stand from one index up to another.</summary>
    internal void AddRange(CandleColumns source, int from, int to)
    {
        var length = to - from;
        if (Count + length > Room)
            Resize(Count + length);
        foreach (var (column, theirs) in (ReadOnlySpan<(Array, Array)>)[(OpenTime, source.OpenTime), (prices, source.prices), (Open, source.Open),
            (High, source.High), (Low, source.Low), (Close, source.Close), (Volume, source.Volume), (Final, source.Final),
            (Session, source.Session)])
        {
            if (theirs.Length > 0 && column.Length > 0)
                Array.Copy(theirs, from, column, Count, length);
        }
        Count += length;
    }

    internal void Resize(int room)
    {
        OpenTime = Sized(OpenTime, room);
        prices = Sized(prices, room);
        Close = Sized(Close, room);
        Final = Sized(Final, room);
        Open = fields.HasFlag(CandleFields.Open) ? Sized(Open, room) : Open;
        High = fields.HasFlag(CandleFields.HighLow) ? Sized(High, room) : High;
        Low = fields.HasFlag(CandleFields.HighLow) ? Sized(Low, room) : Low;
        Volume = fields.HasFlag(CandleFields.Volume) ? Sized(Volume, room) : Volume;
        Session = fields.HasFlag(CandleFields.Session) ? Sized(Session, room) : Session;
    }

    private void Move(int from, int to, int length)
    {
        foreach (var column in (ReadOnlySpan<Array>)[OpenTime, prices, Open, High, Low, Close, Volume, Final, Session])
        {
            if (column.Length > 0)
                Array.Copy(column, from, column, to, length);
        }
    }

    private static T[] Sized<T>(T[] column, int room)
    {
        Array.Resize(ref column, room);
        return column;
    }

    private static void Keep(double[] column, int index, double value)
    {
        if (column.Length > 0)
            column[index] = value;
    }

    private static double At(double[] column, int index) => column.Length > 0 ? column[index] : 0;

    private static bool HasSame(double[] column, int index, double value) => column.Length == 0 || column[index].Equals(value);
}
