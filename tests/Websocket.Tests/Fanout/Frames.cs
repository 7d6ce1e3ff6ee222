using System.Buffers.Binary;
using System.Text;
using StockPipeline.Fanout.Protocol;

namespace StockPipeline.WebsocketTests.Fanout;

/// <summary>Frames as tests write and read them.</summary>
internal static class Frames
{
    public static byte[] Of(string text) => ServerFrame.Text(Encoding.UTF8.GetBytes(text.PadRight(20, '.')));

    /// <summary>The texts of the whole frames there are, separated by spaces; a close shows as #code, a ping as ping, a pong as pong.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        var texts = new List<string>();
        while (bytes.Length >= 2)
        {
            var length = bytes[1] < 126 ? bytes[1] : BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
            var header = bytes[1] < 126 ? 2 : 4;
            if (bytes.Length < header + length)
                break;
            var payload = bytes.Slice(header, length);
            texts.Add((Opcode)(bytes[0] & 0x0f) switch
            {
                Opcode.Close => $"#{BinaryPrimitives.ReadUInt16BigEndian(payload)}",
                Opcode.Ping => "ping",
                Opcode.Pong => "pong",
                _ => Encoding.UTF8.GetString(payload).TrimEnd('.'),
            });
            bytes = bytes[(header + length)..];
        }
        return string.Join(' ', texts);
    }
}
