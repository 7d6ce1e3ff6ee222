using StockPipeline.Broker.Wire;

namespace StockPipeline.BrokerTests.Wire;

public sealed class VarintTests
{
    public static TheoryData<uint, string> Numbers { get; } = new()
    {
        { 0, "00" }, { 127, "7F" }, { 128, "8001" }, { 300, "AC02" }, { uint.MaxValue, "FFFFFFFF0F" },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Unsigned_numbers_have_the_bytes_of_the_protocol(uint value, string hex)
    {
        var position = 0;
        Assert.True(Varint.TryReadUnsigned(Convert.FromHexString(hex + "2A"), ref position, out var read));
        Assert.Equal((value, hex.Length / 2), (read, position));
    }

    [Theory]
    [InlineData(0, "00")]
    [InlineData(-1, "01")]
    [InlineData(1, "02")]
    [InlineData(-64, "7F")]
    [InlineData(64, "8001")]
    [InlineData(int.MaxValue, "FEFFFFFF0F")]
    [InlineData(int.MinValue, "FFFFFFFF0F")]
    public void Zigzag_numbers_have_the_bytes_of_the_protocol(int value, string hex)
    {
        var position = 0;
        Assert.True(Varint.TryReadZigzag(Convert.FromHexString(hex + "2A"), ref position, out var read));
        Assert.Equal((value, hex.Length / 2), (read, position));
    }

    [Theory]
    [InlineData(long.MaxValue, "FEFFFFFFFFFFFFFFFF01")]
    [InlineData(long.MinValue, "FFFFFFFFFFFFFFFFFF01")]
    [InlineData(0, "00")]
    [InlineData(-1_700_000_000_000, "FF9FABFEF962")]
    public void Long_zigzag_numbers_have_the_bytes_of_the_protocol(long value, string hex)
    {
        var position = 0;
        Assert.True(Varint.TryReadZigzag64(Convert.FromHexString(hex + "2A"), ref position, out var read));
        Assert.Equal((value, hex.Length / 2), (read, position));
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("FFFFFFFF")]
    [InlineData("FFFFFFFF1F")]
    [InlineData("FFFFFFFFFF01")]
    public void Bytes_that_end_early_or_exceed_32_bits_are_refused(string hex)
    {
        var position = 0;
        Assert.False(Varint.TryReadUnsigned(Convert.FromHexString(hex), ref position, out _));
    }

    [Fact]
    public void Bytes_that_exceed_64_bits_are_refused()
    {
        var position = 0;
        Assert.False(Varint.TryReadUnsigned64(Convert.FromHexString("FFFFFFFFFFFFFFFFFF02"), ref position, out _));
    }
}
