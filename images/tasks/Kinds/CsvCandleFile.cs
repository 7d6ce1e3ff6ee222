using System.Buffers.Text;
using System.Text;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.TaskWorkers.Reading;

namespace StockPipeline.TaskWorkers.Kinds;

/// <summary>Candles as comma-separated values: a header, then one line each; UTF-8, times in UTC, prices exact.</summary>
internal sealed class CsvCandleFile(Stream output) : ICandleFile
{
    /// <summary>The longest line: two names, an interval, a time, four prices and a volume.</summary>
    private const int MaxLine = 512;

    private static readonly byte[] Header = "figi,ticker,interval,open_time,open,high,low,close,volume\n"u8.ToArray();

    private readonly byte[] buffer = new byte[64 * 1024];
    private int used;
    private bool hasHeader;

    public async Task WriteAsync(Instrument instrument, Interval interval, ReadOnlyMemory<Bar> bars, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        var prefix = Encoding.UTF8.GetBytes($"{instrument.Figi.Value},{Field(instrument.Ticker)},{interval.Name},");
        for (var at = 0; at < bars.Length;)
        {
            at = Fill(prefix, bars.Span, at);
            await SendAsync(cancellationToken);
        }
    }

    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        await SendAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A price in its shortest exact form: as few decimals as it needs.</summary>
    internal static int WritePrice(Span<byte> target, long nanos)
    {
        var at = 0;
        if (nanos < 0)
            target[at++] = (byte)'-';
        var magnitude = Math.Abs(nanos);
        Utf8Formatter.TryFormat(magnitude / Price.One, target[at..], out var written);
        at += written;
        var rest = magnitude % Price.One;
        if (rest == 0)
            return at;
        target[at++] = (byte)'.';
        for (var unit = Price.One / 10; rest > 0; unit /= 10)
        {
            target[at++] = (byte)('0' + (rest / unit));
            rest %= unit;
        }
        return at;
    }

    private int Fill(byte[] prefix, ReadOnlySpan<Bar> bars, int at)
    {
        for (; at < bars.Length && used + MaxLine + prefix.Length <= buffer.Length; at++)
        {
            var bar = bars[at];
            var line = buffer.AsSpan(used);
            prefix.CopyTo(line);
            var length = prefix.Length;
            InstantText.Write(bar.OpenTime, line[length..]);
            length += InstantText.Length;
            foreach (var price in (ReadOnlySpan<long>)[bar.Open, bar.High, bar.Low, bar.Close])
            {
                line[length++] = (byte)',';
                length += WritePrice(line[length..], price);
            }
            line[length++] = (byte)',';
            Utf8Formatter.TryFormat(bar.Volume, line[length..], out var written);
            length += written;
            line[length++] = (byte)'\n';
            used += length;
        }
        return at;
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (hasHeader)
            return;
        hasHeader = true;
        await output.WriteAsync(Header, cancellationToken);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        if (used > 0)
            await output.WriteAsync(buffer.AsMemory(0, used), cancellationToken);
        used = 0;
    }

    /// <summary>Quoted where it would not be one field otherwise, and where a spreadsheet would take it for a formula.</summary>
    private static string Field(string text) => text.AsSpan().ContainsAny(",\"\n\r") || text is ['=' or '+' or '-' or '@', ..]
        ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : text;
}
