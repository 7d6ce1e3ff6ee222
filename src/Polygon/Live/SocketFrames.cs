using System.Text;
using System.Text.Json;
using StockPipeline.Polygon.Rest;

namespace StockPipeline.Polygon.Live;

/// <summary>What the websocket says: frames are arrays of events. Pure.</summary>
internal static class SocketFrames
{
    /// <summary>A word of the server about the connection.</summary>
    public sealed record Status(string Name, string Message);

    public static (IReadOnlyList<MinuteEvent> Minutes, IReadOnlyList<Status> Statuses) Read(ReadOnlySpan<byte> frame) =>
        ReplyReader.Read(frame, root =>
        {
            var (minutes, statuses) = (new List<MinuteEvent>(), new List<Status>());
            foreach (var item in root.EnumerateArray())
            {
                switch (ReplyReader.Optional(item, "ev"))
                {
                    case "AM":
                        minutes.Add(new MinuteEvent(
                            ReplyReader.Optional(item, "sym") ?? throw new FormatException("sym is missing"), (long)ReplyReader.Number(item, "s"),
                            ReplyReader.Number(item, "o"), ReplyReader.Number(item, "h"), ReplyReader.Number(item, "l"),
                            ReplyReader.Number(item, "c"), ReplyReader.Number(item, "v")));
                        break;
                    case "status":
                        statuses.Add(new Status(
                            ReplyReader.Optional(item, "status") ?? string.Empty, ReplyReader.Optional(item, "message") ?? string.Empty));
                        break;
                }
            }
            return ((IReadOnlyList<MinuteEvent>)minutes, (IReadOnlyList<Status>)statuses);
        });

    public static byte[] Auth(string key) => Encoding.UTF8.GetBytes($$"""{"action":"auth","params":{{Quoted(key)}}}""");

    public static byte[] Subscribe(IEnumerable<string> tickers) =>
        Encoding.UTF8.GetBytes($$"""{"action":"subscribe","params":{{Quoted(string.Join(',', tickers.Select(one => $"AM.{one}")))}}}""");

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
