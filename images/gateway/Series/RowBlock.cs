namespace StockPipeline.Gateway.Series;

/// <summary>
/// The newest rows of a series as they go over the wire, shared by everybody who asks until the series changes. They lie in pieces, so that the
/// block of the next change takes over all but the last of them: whole thousands of rows are neither written nor copied again for one new price.
/// </summary>
internal sealed class RowBlock
{
    public static readonly RowBlock Empty = new([], 0, 0, 0);

    private readonly Piece[] pieces;
    private readonly int skipped;

    /// <param name="pieces">All but the last are full.</param>
    /// <param name="skipped">Rows at the beginning of the first piece that are no longer of the block.</param>
    /// <param name="count">Rows of the block.</param>
    /// <param name="position">Up to where of the log they tell.</param>
    private RowBlock(Piece[] pieces, int skipped, int count, long position) =>
        (this.pieces, this.skipped, Count, Position) = (pieces, skipped, count, position);

    public int Count { get; }

    public long Position { get; }

    /// <summary>A row without its opening brace.</summary>
    public ReadOnlySpan<byte> this[int index] => PieceOf(index, out var place)[place];

    /// <summary>
    /// The rows from one index on as they stand in an array, each with a comma and its opening brace ahead: as many as lie in one piece, and at most
    /// up to before another index.
    /// </summary>
    public ReadOnlySpan<byte> Run(int index, int end, out int count)
    {
        var piece = PieceOf(index, out var place);
        count = Math.Min(end - index, piece.Ends.Length - place);
        return piece.Run(place, count);
    }

    public long TimeAt(int index) => PieceOf(index, out var place).Times[place];

    /// <summary>The same rows where nothing has changed up to a later position.</summary>
    public RowBlock At(long position) => new(pieces, skipped, Count, position);

    /// <summary>The first row at or after a time.</summary>
    public int FirstFrom(long time)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (TimeAt(middle) < time)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private Piece PieceOf(int index, out int place)
    {
        var at = skipped + index;
        place = at % Piece.Rows;
        return pieces[at / Piece.Rows];
    }

    /// <summary>Rows that are written once, as they follow each other in an array.</summary>
    private sealed record Piece(byte[] Bytes, int[] Ends, long[] Times)
    {
        public const int Rows = 64;

        public static ReadOnlySpan<byte> Ahead => ",{"u8;

        public ReadOnlySpan<byte> this[int place] => Run(place, 1)[Ahead.Length..];

        public ReadOnlySpan<byte> Run(int place, int count) => Bytes.AsSpan(StartOf(place), Ends[place + count - 1] - StartOf(place));

        private int StartOf(int place) => place == 0 ? 0 : Ends[place - 1];
    }

    /// <summary>Makes the next block, out of what still holds of the one before and rows that are written anew.</summary>
    public sealed class Maker
    {
        private readonly List<Piece> pieces = [];
        private readonly List<int> ends = [];
        private readonly List<long> times = [];
        private readonly int skipped;
        private byte[] bytes = [];
        private int length;

        public Maker()
        {
        }

        /// <param name="before">The block before.</param>
        /// <param name="from">Rows of it before this time are no longer wanted.</param>
        /// <param name="until">From this time on its rows are no longer what they were.</param>
        public Maker(RowBlock before, long from, long until)
        {
            var (first, end) = (before.FirstFrom(from), before.FirstFrom(until));
            if (end <= first)
                return;
            Count = end - first;
            var (begin, stop) = (before.skipped + first, before.skipped + end);
            skipped = begin % Piece.Rows;
            for (var at = begin / Piece.Rows; at < stop / Piece.Rows; at++)
                pieces.Add(before.pieces[at]);
            if (stop % Piece.Rows is not (> 0 and var kept))
                return;
            var last = before.pieces[stop / Piece.Rows];
            length = last.Ends[kept - 1];
            bytes = last.Bytes[..length];
            ends.AddRange(last.Ends.AsSpan(0, kept));
            times.AddRange(last.Times.AsSpan(0, kept));
        }

        /// <summary>Rows it has.</summary>
        public int Count { get; private set; }

        /// <summary>Where the next row is written.</summary>
        /// <param name="most">Bytes that it takes at most.</param>
        public Span<byte> Room(int most)
        {
            most += Piece.Ahead.Length;
            if (length + most > bytes.Length)
                Array.Resize(ref bytes, Math.Max(2 * bytes.Length, length + most));
            Piece.Ahead.CopyTo(bytes.AsSpan(length));
            return bytes.AsSpan(length + Piece.Ahead.Length);
        }

        /// <summary>Says that a row was written.</summary>
        public void Add(long time, int taken)
        {
            length += Piece.Ahead.Length + taken;
            ends.Add(length);
            times.Add(time);
            Count++;
            if (ends.Count == Piece.Rows)
                Close();
        }

        public RowBlock Done(long position)
        {
            if (ends.Count > 0)
                Close();
            return new RowBlock([.. pieces], skipped, Count, position);
        }

        private void Close()
        {
            pieces.Add(new Piece(bytes[..length], [.. ends], [.. times]));
            ends.Clear();
            times.Clear();
            length = 0;
        }
    }
}
