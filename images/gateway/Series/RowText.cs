using System.Globalization;
using System.Text;
using StockPipeline.Contracts.Keys;

namespace StockPipeline.Gateway.Series;

/// <summary>
/// Writes rows and notices of one series as the members of a JSON object, without its opening brace: what stands before differs by client.
/// </summary>
internal sealed class RowText(StreamShape shape, string figi, string ticker, string interval)
{
    private const int NumberRoom = 32;

    private readonly byte[] names = Encoding.UTF8.GetBytes(
        $",\"figi\":{Quote(figi)},\"ticker\":{Quote(ticker)},\"interval\":{Quote(interval)},\"final\":");

    private readonly string place = $",\"figi\":{Quote(figi)},\"interval\":{Quote(interval)}}}";

    /// <summary>More than any row takes.</summary>
    public int Room => 64 + names.Length + (shape.Columns.Count * (NumberRoom + 24)) + shape.CountName.Length + NumberRoom;

    public int Write(in Row row, ReadOnlySpan<double> numbers, Span<byte> room)
    {
        var at = Put("\"time\":\""u8, room, 0);
        InstantText.Write(DateTimeOffset.FromUnixTimeMilliseconds(row.Time), room[at..]);
        at = Put("\""u8, room, at + InstantText.Length);
        for (var i = 0; i < numbers.Length; i++)
        {
            at = Put(shape.ColumnName(i), room, at);
            at = Number(numbers[i], room, at);
        }
        at = Put(names, room, at);
        at = Put(row.Final ? "true"u8 : "false"u8, room, at);
        at = Put(shape.CountName, room, at);
        row.Count.TryFormat(room[at..], out var written, default, CultureInfo.InvariantCulture);
        return Put("}"u8, room, at + written);
    }

    public byte[] Removed(long time) => Encoding.UTF8.GetBytes($"\"type\":\"removed\",\"time\":\"{Instant(time)}\"{place}");

    public byte[] Repair(long epoch, long from, long to) => Encoding.UTF8.GetBytes(
        $"\"type\":\"repair\",\"epoch\":{epoch.ToString(CultureInfo.InvariantCulture)},\"from\":\"{Instant(from)}\",\"to\":\"{Instant(to)}\"{place}");

    public static string Instant(long ms) => InstantText.Write(DateTimeOffset.FromUnixTimeMilliseconds(ms));

    public static string Quote(string text) => System.Text.Json.JsonSerializer.Serialize(text, TextJson.Default.String);

    private static int Number(double number, Span<byte> room, int at)
    {
        if (!double.IsFinite(number))
            return Put("null"u8, room, at);
        number.TryFormat(room[at..], out var written, default, CultureInfo.InvariantCulture);
        return at + written;
    }

    private static int Put(ReadOnlySpan<byte> bytes, Span<byte> room, int at)
    {
        bytes.CopyTo(room[at..]);
        return at + bytes.Length;
    }
}
