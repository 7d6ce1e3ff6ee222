namespace StockPipeline.Broker.Wire;

/// <summary>Reads base-128 numbers, least significant group first: unsigned in the protocol, zigzag inside records.</summary>
internal static class Varint
{
    private const int MaxBytes32 = 5;

    /// <summary>Reads at <paramref name="position"/> and moves it; false when the bytes end early or do not fit 32 bits.</summary>
    public static bool TryReadUnsigned(ReadOnlySpan<byte> bytes, ref int position, out uint value)
    {
        var start = position;
        var read = TryReadUnsigned64(bytes, ref position, out var wide);
        value = (uint)wide;
        return read && wide <= uint.MaxValue && position - start <= MaxBytes32;
    }

    /// <summary>As <see cref="TryReadUnsigned(ReadOnlySpan{byte}, ref int, out uint)"/>, for 64 bits.</summary>
    public static bool TryReadUnsigned64(ReadOnlySpan<byte> bytes, ref int position, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if ((uint)position >= (uint)bytes.Length)
                return false;
            var group = bytes[position++];
            if (shift == 63 && group > 1)
                return false;
            value |= (ulong)(group & 0x7F) << shift;
            if (group < 0x80)
                return true;
        }
        return false;
    }

    public static bool TryReadZigzag(ReadOnlySpan<byte> bytes, ref int position, out int value)
    {
        var read = TryReadUnsigned(bytes, ref position, out var raw);
        value = (int)(raw >> 1) ^ -(int)(raw & 1);
        return read;
    }

    public static bool TryReadZigzag64(ReadOnlySpan<byte> bytes, ref int position, out long value)
    {
        var read = TryReadUnsigned64(bytes, ref position, out var raw);
        value = (long)(raw >> 1) ^ -(long)(raw & 1);
        return read;
    }
}
