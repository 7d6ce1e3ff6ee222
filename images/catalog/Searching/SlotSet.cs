using System.Numerics;

namespace StockPipeline.CatalogApi.Searching;

/// <summary>A set of places as one bit each, which unites and intersects sixty-four at a time. Used under its owner's lock.</summary>
internal sealed class SlotSet(int capacity)
{
    private ulong[] bits = new ulong[(capacity + 63) / 64];

    public void Add(int slot)
    {
        Grow(slot);
        bits[slot >> 6] |= 1UL << (slot & 63);
    }

    public void Remove(int slot)
    {
        if (slot >> 6 < bits.Length)
            bits[slot >> 6] &= ~(1UL << (slot & 63));
    }

    public void Clear() => Array.Clear(bits);

    public void CopyFrom(SlotSet other)
    {
        if (bits.Length < other.bits.Length)
            bits = new ulong[other.bits.Length];
        Array.Clear(bits);
        other.bits.CopyTo(bits, 0);
    }

    public void UniteWith(SlotSet other)
    {
        Grow((other.bits.Length * 64) - 1);
        for (var i = 0; i < other.bits.Length; i++)
            bits[i] |= other.bits[i];
    }

    public void IntersectWith(SlotSet other)
    {
        for (var i = 0; i < bits.Length; i++)
            bits[i] &= i < other.bits.Length ? other.bits[i] : 0;
    }

    public int Count()
    {
        var count = 0;
        foreach (var word in bits)
            count += BitOperations.PopCount(word);
        return count;
    }

    public Enumerator GetEnumerator() => new(bits);

    private void Grow(int slot)
    {
        if (slot >> 6 >= bits.Length)
            Array.Resize(ref bits, Math.Max((slot >> 6) + 1, bits.Length * 2));
    }

    /// <summary>The places in their order. What has been passed may be removed meanwhile.</summary>
    public struct Enumerator(ulong[] bits)
    {
        private int at = -1;
        private ulong left;

        public int Current { get; private set; }

        public bool MoveNext()
        {
            while (left == 0)
            {
                if (++at >= bits.Length)
                    return false;
                left = bits[at];
            }
            Current = (at << 6) + BitOperations.TrailingZeroCount(left);
            left &= left - 1;
            return true;
        }
    }
}
