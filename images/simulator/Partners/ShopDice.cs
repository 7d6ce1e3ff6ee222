using System.Globalization;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Partners;

/// <summary>Draws the values of one product. The same place gives the same number, in any order and in any process.</summary>
internal readonly struct ShopDice(ulong place)
{
    /// <summary>What the dice of all products of a shop are made of.</summary>
    public static ulong Key(int seed, string shop) => SeededHash.Key((ulong)(uint)seed, shop);

    public static ShopDice Of(ulong key, long product) => new(SeededHash.At(key, product));

    public ShopDice Within(long part) => new(SeededHash.At(place, part));

    public int Below(int part, int limit) => (int)(SeededHash.At(place, part) % (ulong)limit);

    public int Between(int part, int first, int last) => first + Below(part, last - first + 1);

    /// <summary>A number as a value is written.</summary>
    public string Text(int part, int first, int last) => Between(part, first, last).ToString(CultureInfo.InvariantCulture);

    public string One(int part, string[] pool) => pool[Below(part, pool.Length)];

    public Guid Id(int part)
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, SeededHash.At(place, part));
        BitConverter.TryWriteBytes(bytes[8..], SeededHash.At(~place, part));
        // What makes it a UUID of version 4.
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes);
    }
}
