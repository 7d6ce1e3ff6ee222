using System.Buffers;
using System.Text.Json;
using StockPipeline.Fanout.Protocol;

namespace StockPipeline.Websocket.Messages;

/// <summary>A JSON object in a text frame, ready for the wire.</summary>
internal static class JsonFrame
{
    public static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var text = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return ServerFrame.Text(text.WrittenSpan);
    }
}
