using StockPipeline.Broker.Wire;

namespace StockPipeline.BrokerTests.Wire;

public sealed class WireReaderTests
{
    [Theory]
    [InlineData(false, "0005" + "68656C6C6F", "hello")]
    [InlineData(true, "06" + "68656C6C6F", "hello")]
    [InlineData(false, "FFFF", null)]
    [InlineData(true, "00", null)]
    [InlineData(false, "0000", "")]
    [InlineData(true, "01", "")]
    public void Strings_are_read_in_both_encodings(bool flexible, string hex, string? expected)
    {
        var reader = new WireReader(Convert.FromHexString(hex), flexible);

        Assert.Equal(expected, reader.ReadNullableString());
        Assert.Equal(0, reader.Remaining);
    }

    [Fact]
    public void Numbers_are_big_endian()
    {
        var reader = new WireReader(Convert.FromHexString("FF" + "0102" + "01020304" + "0102030405060708"), false);

        Assert.Equal(-1, reader.ReadInt8());
        Assert.Equal(0x0102, reader.ReadInt16());
        Assert.Equal(0x01020304, reader.ReadInt32());
        Assert.Equal(0x0102030405060708, reader.ReadInt64());
    }

    [Fact]
    public void Unknown_tagged_fields_are_skipped()
    {
        var reader = new WireReader(Convert.FromHexString("02" + "0003AABBCC" + "0500" + "2A"), true);

        reader.SkipTags();

        Assert.Equal(0x2A, reader.ReadUInt8());
    }

    [Theory]
    [InlineData(false, "FFFE", "string with length -2")]
    [InlineData(false, "0003" + "4141", "string longer than the bytes")]
    [InlineData(true, "818002", "string of 32768 bytes")]
    [InlineData(true, "8080808080", "length without an end")]
    [InlineData(true, "FFFFFFFF0F", "length beyond int32")]
    public void A_string_that_lies_is_malformed(bool flexible, string hex, string why)
    {
        var failure = Record.Exception(() =>
        {
            var reader = new WireReader(Convert.FromHexString(hex), flexible);
            reader.ReadNullableString();
        });

        Assert.True(failure is MalformedRequestException, why);
    }

    [Fact]
    public void A_string_at_the_limit_is_read_and_one_byte_more_is_refused()
    {
        var bytes = new byte[WireLimits.MaxStringBytes + 1 + 3];
        Convert.FromHexString("808002").CopyTo(bytes, 0);
        Assert.Equal(WireLimits.MaxStringBytes, new WireReader(bytes, true).ReadString().Length);

        Convert.FromHexString("818002").CopyTo(bytes, 0);
        Assert.Throws<MalformedRequestException>(() => new WireReader(bytes, true).ReadString());
    }

    [Fact]
    public void An_array_at_the_limit_is_read_and_one_more_element_is_refused()
    {
        var bytes = new byte[4 + WireLimits.MaxArrayLength + 1];
        Convert.FromHexString("000186A0").CopyTo(bytes, 0);
        Assert.Equal(WireLimits.MaxArrayLength, ReadBytes(bytes, false)!.Length);

        Convert.FromHexString("000186A1").CopyTo(bytes, 0);
        Assert.Throws<MalformedRequestException>(() => ReadBytes(bytes, false));
    }

    [Theory]
    [InlineData("00000003" + "0000")]
    [InlineData("7FFFFFFF" + "0000")]
    [InlineData("FFFFFFFE" + "0000")]
    public void An_array_with_more_elements_than_bytes_is_malformed(string hex) =>
        Assert.Throws<MalformedRequestException>(() => ReadBytes(Convert.FromHexString(hex), false));

    [Fact]
    public void Numbers_of_an_array_must_be_there_before_room_is_made_for_them() =>
        Assert.Throws<MalformedRequestException>(() => new WireReader(Convert.FromHexString("00000004" + "0000000100000002"), false).ReadInt32s());

    [Theory]
    [InlineData("01" + "00" + "05" + "AABB")]
    [InlineData("FFFFFFFF0F" + "0000")]
    public void Tagged_fields_that_lie_are_malformed(string hex) =>
        Assert.Throws<MalformedRequestException>(() => new WireReader(Convert.FromHexString(hex), true).SkipTags());

    [Fact]
    public void Null_is_malformed_where_the_protocol_has_none()
    {
        Assert.Throws<MalformedRequestException>(() => new WireReader([0], true).ReadString());
        Assert.Throws<MalformedRequestException>(() => new WireReader([0], true).ReadStrings());
        Assert.Throws<MalformedRequestException>(() => new WireReader([0], true).ReadInt32s());
        Assert.Throws<MalformedRequestException>(() => new WireReader([0], true).ReadBytes().Length);
    }

    private static byte[]? ReadBytes(byte[] bytes, bool flexible) =>
        new WireReader(bytes, flexible).ReadNullableArray((ref element) => element.ReadUInt8());
}
