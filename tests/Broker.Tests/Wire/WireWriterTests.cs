using System.Net.Sockets;
using StockPipeline.Broker.Wire;

namespace StockPipeline.BrokerTests.Wire;

public sealed class WireWriterTests
{
    [Fact]
    public void The_older_encoding_has_fixed_lengths_and_no_tags()
    {
        using var writer = new WireWriter(flexible: false);
        writer.WriteString("ab");
        writer.WriteNullableString(null);
        writer.WriteLength(-1);
        writer.WriteBytes([7]);
        writer.WriteTags();

        Assert.Equal("0002" + "6162" + "FFFF" + "FFFFFFFF" + "0000000107", Convert.ToHexString(writer.ToArray()));
    }

    [Fact]
    public void The_flexible_encoding_has_varint_lengths_plus_one_and_tags()
    {
        using var writer = new WireWriter(flexible: true);
        writer.WriteString("ab");
        writer.WriteNullableString(null);
        writer.WriteLength(-1);
        writer.WriteLength(0);
        writer.WriteBytes([7]);
        writer.WriteTags();

        Assert.Equal("03" + "6162" + "00" + "00" + "01" + "0207" + "00", Convert.ToHexString(writer.ToArray()));
    }

    [Fact]
    public void What_was_written_reads_back_after_growing()
    {
        var id = Guid.NewGuid();
        using var writer = new WireWriter(flexible: true);
        for (var i = 0; i < 1000; i++)
        {
            writer.WriteInt64(i);
            writer.WriteUuid(id);
            writer.WriteString($"name {i}");
        }

        var reader = new WireReader(writer.Written, true);
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(i, reader.ReadInt64());
            Assert.Equal(id, reader.ReadUuid());
            Assert.Equal($"name {i}", reader.ReadString());
        }
        Assert.Equal(0, reader.Remaining);
    }

    [Theory]
    [MemberData(nameof(VarintTests.Numbers), MemberType = typeof(VarintTests))]
    public void Varints_have_the_bytes_of_the_protocol(uint value, string hex)
    {
        using var writer = new WireWriter(flexible: true);
        writer.WriteVarint(value);

        Assert.Equal(hex, Convert.ToHexString(writer.Written));
    }

    [Fact]
    public void Regions_stand_where_they_were_written_and_are_released_once()
    {
        var first = new MemoryRegion([1, 2, 3]);
        var second = new MemoryRegion([4]);
        var writer = new WireWriter(flexible: false);
        writer.WriteInt8(9);
        writer.WriteRegion(first);
        writer.WriteRegion(second);
        writer.WriteInt8(8);

        Assert.Equal("09" + "00000003" + "010203" + "00000001" + "04" + "08", Convert.ToHexString(writer.ToArray()));
        Assert.Equal(14, writer.Length);
        writer.Dispose();
        writer.Dispose();
        Assert.Equal((1, 1), (first.Releases, second.Releases));
    }

    private sealed class MemoryRegion(byte[] bytes) : IRegion
    {
        public int Releases { get; private set; }

        public int Length => bytes.Length;

        public SendPacketsElement Piece(int offset, int length) => new(bytes.AsMemory(offset, length));

        public void Release() => Releases++;
    }
}
