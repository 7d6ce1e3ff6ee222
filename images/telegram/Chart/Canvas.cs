using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace StockPipeline.TelegramService.Chart;

/// <summary>A colour.</summary>
internal readonly record struct Ink(byte Red, byte Green, byte Blue);

/// <summary>A picture of coloured dots that is written as PNG, with nothing but what .NET has.</summary>
internal sealed class Canvas
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    private static readonly uint[] Remainders = [.. Enumerable.Range(0, 256).Select(number => Remainder((uint)number))];

    private readonly byte[] dots;

    public Canvas(int width, int height, Ink ground)
    {
        (Width, Height) = (width, height);
        dots = new byte[width * height * 3];
        Fill(0, 0, width, height, ground);
    }

    public int Width { get; }

    public int Height { get; }

    public Ink this[int x, int y]
    {
        get
        {
            var at = ((y * Width) + x) * 3;
            return new Ink(dots[at], dots[at + 1], dots[at + 2]);
        }
    }

    /// <summary>A rectangle; what lies outside is left out.</summary>
    public void Fill(int x, int y, int width, int height, Ink ink)
    {
        for (var row = Math.Max(y, 0); row < Math.Min(y + height, Height); row++)
        {
            for (var column = Math.Max(x, 0); column < Math.Min(x + width, Width); column++)
                Set(column, row, ink);
        }
    }

    /// <summary>A line with soft edges.</summary>
    public void Line(double x0, double y0, double x1, double y1, Ink ink, double thickness = 2)
    {
        var (dx, dy) = (x1 - x0, y1 - y0);
        var length = Math.Max(Math.Sqrt((dx * dx) + (dy * dy)), 1e-9);
        var reach = (thickness / 2) + 1;
        for (var y = (int)Math.Floor(Math.Min(y0, y1) - reach); y <= Math.Max(y0, y1) + reach; y++)
        {
            for (var x = (int)Math.Floor(Math.Min(x0, x1) - reach); x <= Math.Max(x0, x1) + reach; x++)
            {
                var along = Math.Clamp((((x - x0) * dx) + ((y - y0) * dy)) / (length * length), 0, 1);
                var (ex, ey) = (x - x0 - (along * dx), y - y0 - (along * dy));
                Mix(x, y, ink, Math.Clamp((thickness / 2) + 0.5 - Math.Sqrt((ex * ex) + (ey * ey)), 0, 1));
            }
        }
    }

    public void Write(int x, int y, string text, Ink ink, int size = 2)
    {
        foreach (var letter in text)
        {
            var columns = PixelFont.ColumnsOf(letter);
            for (var column = 0; column < columns.Length; column++)
            {
                for (var row = 0; row < PixelFont.Height; row++)
                {
                    if ((columns[column] & (1 << row)) != 0)
                        Fill(x + (column * size), y + (row * size), size, size, ink);
                }
            }
            x += PixelFont.Advance * size;
        }
    }

    public byte[] ToPng()
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        Span<byte> head = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, Width);
        BinaryPrimitives.WriteInt32BigEndian(head[4..], Height);
        // Eight bits for each of red, green and blue.
        (head[8], head[9]) = (8, 2);
        Chunk(file, "IHDR", head);
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var row = 0; row < Height; row++)
            {
                zip.WriteByte(0);
                zip.Write(dots, row * Width * 3, Width * 3);
            }
        }
        Chunk(file, "IDAT", packed.GetBuffer().AsSpan(0, (int)packed.Length));
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    private void Set(int x, int y, Ink ink)
    {
        var at = ((y * Width) + x) * 3;
        (dots[at], dots[at + 1], dots[at + 2]) = (ink.Red, ink.Green, ink.Blue);
    }

    private void Mix(int x, int y, Ink ink, double share)
    {
        if (share <= 0 || x < 0 || y < 0 || x >= Width || y >= Height)
            return;
        var under = this[x, y];
        Set(x, y, new Ink(Mix(under.Red, ink.Red, share), Mix(under.Green, ink.Green, share), Mix(under.Blue, ink.Blue, share)));
    }

    private static byte Mix(byte under, byte over, double share) => (byte)Math.Round(under + ((over - under) * share));

    private static void Chunk(Stream file, string kind, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        var name = Encoding.ASCII.GetBytes(kind);
        file.Write(name);
        file.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Check(content, Check(name, uint.MaxValue)));
        file.Write(number);
    }

    private static uint Check(ReadOnlySpan<byte> bytes, uint sum)
    {
        foreach (var one in bytes)
            sum = Remainders[(byte)(sum ^ one)] ^ (sum >> 8);
        return sum;
    }

    private static uint Remainder(uint number)
    {
        for (var bit = 0; bit < 8; bit++)
            number = (number & 1) == 0 ? number >> 1 : 0xEDB88320 ^ (number >> 1);
        return number;
    }
}
