using System.Buffers;
using System.Text.Json;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Websocket.Feeds;

namespace StockPipeline.Websocket.Page;

/// <summary>Tells pages what the port sends: the lines of its indicator and how charts draw them, as the catalogue has it.</summary>
internal static class AboutIndicator
{
    private const string Path = "/indicator";

    public static void Map(IEndpointRouteBuilder routes, SentTopic topic)
    {
        var answer = Write(topic.Indicator ?? IndicatorCatalogue.Kind("macd").With());
        routes.MapGet(Path, () => Results.Bytes(answer, "application/json"));
    }

    internal static byte[] Write(Indicator indicator)
    {
        var (about, text) = (indicator.Description, new ArrayBufferWriter<byte>(512));
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("indicator", about.Name);
            json.WriteString("title", about.Title);
            json.WriteString("label", indicator.ToString());
            json.WriteBoolean("overlay", about.IsOverlay);
            json.WriteStartArray("levels");
            foreach (var level in about.Levels)
                json.WriteNumberValue(level);
            json.WriteEndArray();
            json.WriteStartArray("lines");
            foreach (var line in about.Lines)
            {
                json.WriteStartObject();
                json.WriteString("name", line.Name);
                json.WriteString("style", line.Style.ToString().ToLowerInvariant());
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return text.WrittenSpan.ToArray();
    }
}
