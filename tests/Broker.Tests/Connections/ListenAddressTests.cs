using StockPipeline.Broker;
using StockPipeline.Broker.Connections;

namespace StockPipeline.BrokerTests.Connections;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:9092", "127.0.0.1", "127.0.0.1:9092")]
    [InlineData("localhost:0", "localhost", "127.0.0.1:0 [::1]:0")]
    [InlineData("[::1]:9092", "::1", "[::1]:9092")]
    [InlineData("*:9092", "*", "0.0.0.0:9092")]
    public void An_address_names_its_end_points(string text, string host, string endPoints)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));
        Assert.Equal(host, address.Host);
        Assert.Equal(endPoints, string.Join(' ', address.EndPoints.Select(endPoint => endPoint.ToString())));
    }

    [Theory]
    [InlineData("")]
    [InlineData("9092")]
    [InlineData(":9092")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:port")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("kafka.example:9092")]
    public void What_names_no_address_of_this_machine_is_refused(string text) => Assert.False(ListenAddress.TryParse(text, out _));

    [Theory]
    [InlineData("127.0.0.1:0", null, true)]
    [InlineData("0.0.0.0:9092", null, false)]
    [InlineData("*:9092", null, false)]
    [InlineData("*:9092", "broker.example:9092", true)]
    [InlineData("*:9092", "broker.example", true)]
    [InlineData("*:9092", "broker.example:x", false)]
    public void Listening_everywhere_needs_an_address_to_advertise(string listen, string? advertised, bool usable) =>
        Assert.Equal(usable, new BrokerOptions { DataFolder = "unused", Listen = listen, Advertised = advertised }.HasUsableAddresses);

    [Fact]
    public void An_advertised_host_may_come_with_its_own_port()
    {
        Assert.True(ListenAddress.TrySplit("broker.example:19092", out var host, out var port));
        Assert.Equal(("broker.example", 19092), (host, port));
        Assert.True(ListenAddress.TrySplit("[2001:db8::1]", out host, out port));
        Assert.Equal(("2001:db8::1", null), (host, port));
    }
}
