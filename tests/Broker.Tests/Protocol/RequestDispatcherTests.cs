using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;
using StockPipeline.BrokerTests.Wire;

namespace StockPipeline.BrokerTests.Protocol;

public sealed class RequestDispatcherTests
{
    private const string ClientHeader = "00000007" + "0002" + "6D65";

    private readonly RequestDispatcher dispatcher = new(new ApiRegistry([new EchoApi()]));

    [Theory]
    [InlineData("0012" + "0000" + ClientHeader, "0000" + "00000002" + "0003" + "0000" + "0002" + "0012" + "0000" + "0004")]
    [InlineData("0012" + "0002" + ClientHeader, "0000" + "00000002" + "0003" + "0000" + "0002" + "0012" + "0000" + "0004" + "00000000")]
    [InlineData("0012" + "0003" + ClientHeader + "00" + "026C" + "0231" + "00",
        "0000" + "03" + "0003" + "0000" + "0002" + "00" + "0012" + "0000" + "0004" + "00" + "00000000" + "00")]
    [InlineData("0012" + "0004" + ClientHeader + "00" + "026C" + "0231" + "00",
        "0000" + "03" + "0003" + "0000" + "0002" + "00" + "0012" + "0000" + "0004" + "00" + "00000000" + "00")]
    public async Task ApiVersions_lists_what_is_registered_behind_a_header_without_tags(string request, string body) =>
        Assert.Equal("00000007" + body, await AnswerAsync(request));

    [Theory]
    [InlineData("0012" + "0005" + "00000007")]
    [InlineData("0012" + "7FFF" + "00000007" + "DEADBEEF")]
    public async Task An_unknown_version_of_ApiVersions_gets_the_oldest_format_with_its_own_range(string request) =>
        Assert.Equal("00000007" + "0023" + "00000001" + "0012" + "0000" + "0004", await AnswerAsync(request));

    [Fact]
    public async Task A_client_software_name_with_strange_characters_is_an_invalid_request() =>
        Assert.Equal("00000007" + "002A" + "01" + "00000000" + "00", await AnswerAsync("0012" + "0003" + ClientHeader + "00" + "0220" + "0231"
            + "00"));

    [Theory]
    [InlineData("0003" + "0000" + ClientHeader + "0001" + "41", "0001" + "41")]
    [InlineData("0003" + "0002" + ClientHeader + "00" + "0241" + "00", "00" + "0241" + "00")]
    [InlineData("0003" + "0002" + ClientHeader + "01" + "0001FF" + "0241" + "00", "00" + "0241" + "00")]
    [InlineData("0003" + "0002" + "00000007" + "FFFF" + "00" + "0241" + "00", "00" + "0241" + "00")]
    public async Task A_flexible_version_has_tags_in_both_headers(string request, string answer) =>
        Assert.Equal("00000007" + answer, await AnswerAsync(request));

    [Theory]
    [InlineData("0011" + "0000" + ClientHeader)]
    [InlineData("FFFF" + "0000" + ClientHeader)]
    [InlineData("0003" + "0003" + ClientHeader)]
    [InlineData("0003" + "FFFF" + ClientHeader)]
    [InlineData("0003" + "0000" + "00000007" + "0009" + "41")]
    public async Task An_unknown_key_or_version_or_a_broken_header_is_malformed(string request) =>
        await Assert.ThrowsAsync<MalformedRequestException>(() => AnswerAsync(request));

    [Fact]
    public void An_api_cannot_be_registered_twice() =>
        Assert.Throws<ArgumentException>(() => new ApiRegistry([new EchoApi(), new EchoApi()]));

    private async Task<string> AnswerAsync(string hex)
    {
        using var answer = await dispatcher.AnswerAsync(Convert.FromHexString(hex), null, CancellationToken.None);
        var frame = answer!.ToArray();
        Assert.Equal(frame.Length - 4, new WireReader(frame, false).ReadInt32());
        return Convert.ToHexString(frame.AsSpan(4));
    }

    private sealed class EchoApi : IApi
    {
        public ApiRange Range => new(ApiKey.Metadata, 0, 2, FlexibleFrom: 2);

        public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
        {
            var reader = request.Reader();
            answer.WriteString(reader.ReadString());
            reader.SkipTags();
            return ValueTask.CompletedTask;
        }
    }
}
