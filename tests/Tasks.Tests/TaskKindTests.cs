using System.Text.Json;
using StockPipeline.Tasks;
using StockPipeline.Tasks.Kinds;

namespace StockPipeline.TasksTests;

public sealed class TaskKindTests
{
    [Theory]
    [InlineData("aggregate", "{\"instrument\":\"SBER\",\"window\":\"2h\"}", "/params/window")]
    [InlineData("aggregate", "{\"window\":\"1h\"}", "/params/instrument")]
    [InlineData("aggregate", "{\"instrument\":\"S B\",\"window\":\"1h\"}", "/params/instrument")]
    [InlineData("aggregate", "{\"instrument\":\"SBER\",\"window\":\"1h\",\"a/b\":1}", "/params/a~1b")]
    [InlineData("export", "{\"interval\":\"2-min\"}", "/params/interval")]
    [InlineData("export", "{\"interval\":\"1-min\",\"from\":\"yesterday\"}", "/params/from")]
    [InlineData("export", "{\"interval\":\"1-min\",\"from\":\"2026-11-20\",\"to\":\"2026-11-19\"}", "/params/to")]
    [InlineData("export", "{\"interval\":\"1-min\",\"instruments\":[]}", "/params/instruments")]
    [InlineData("backfill", "[]", "/params")]
    [InlineData("indicator", "{\"instrument\":\"SBER\",\"interval\":\"1-min\",\"indicator\":\"rsi(1)\"}", "/params/indicator")]
    [InlineData("indicator", "{\"instrument\":\"SBER\",\"interval\":\"1-min\",\"indicator\":\"none\"}", "/params/indicator")]
    [InlineData("compare", "{\"instrument\":\"SBER\",\"interval\":\"1-min\",\"indicator\":\"adx\"}", "/params/indicator")]
    [InlineData(
        "compare", "{\"instrument\":\"AAPL\",\"interval\":\"1-min\",\"indicator\":\"macd\",\"source\":\"polygon\"}", "/params/interval")]
    public void What_is_refused_is_pointed_to(string kind, string parameters, string place)
    {
        var problems = TaskKinds.All.Single(one => one.Name == kind).Read(Parse(parameters), "/params", out _);

        Assert.Equal(place, Assert.Single(problems).At);
    }

    [Fact]
    public void Equal_requests_have_one_form_and_one_digest()
    {
        Assert.Empty(TaskKinds.Export.Read(Parse("{\"interval\":\"5-min\",\"from\":\"2026-11-20\"}"), "", out var one));
        var blanks = "{ \"from\":\"2026-11-20T00:00:00Z\", \"interval\":\"2\", \"format\":\"csv\" }";
        Assert.Empty(TaskKinds.Export.Read(Parse(blanks), "", out var other));

        Assert.Equal("""{"format":"csv","from":"2026-11-20T00:00:00Z","interval":"5-min"}""", one);
        Assert.Equal(one, other);
        Assert.NotEqual(CanonicalJson.Digest("export", one), CanonicalJson.Digest("backfill", one));
    }

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
