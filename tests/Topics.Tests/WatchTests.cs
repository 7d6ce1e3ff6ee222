using System.Text;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.TopicsTests;

/// <summary>Following an instrument: what there is, and then each change as it comes.</summary>
public sealed class WatchTests
{
    [Theory]
    [InlineData("watch sber 1-min --last 3", "2026-11-20T07:30:00Z", "130.5")]
    [InlineData("watch sber 1-min --last 3 --json", "\"openTime\":\"2026-11-20T07:30:00Z\"", "\"close\":130.5")]
    public async Task The_last_candles_are_shown_and_new_ones_as_they_come(string arguments, string time, string close)
    {
        await using var pipeline = await FilledPipeline.StartAsync(KafkaKind.Embedded);
        using var stop = new CancellationTokenSource();
        await using var output = new SharedText();
        var watching = pipeline.WatchAsync(arguments, output, stop.Token);
        await Eventually.TrueAsync(() => output.ToString().Contains("2026-11-20T07:29:00Z", StringComparison.Ordinal) || watching.IsCompleted);

        await pipeline.PublishAsync(FilledPipeline.Candle(FilledPipeline.Yandex, 31));
        await pipeline.PublishAsync(FilledPipeline.Candle(FilledPipeline.Sber, 30));
        await Eventually.TrueAsync(() => output.ToString().Contains(time, StringComparison.Ordinal) || watching.IsCompleted);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching.WaitAsync(Eventually.Patience));
        var said = output.ToString();
        Assert.Contains(close, said, StringComparison.Ordinal);
        Assert.DoesNotContain("07:31", said, StringComparison.Ordinal);
        Assert.DoesNotContain("07:26", said, StringComparison.Ordinal);
    }

    /// <summary>Written by one thread while another looks at it.</summary>
    private sealed class SharedText : StringWriter
    {
        private readonly Lock gate = new();
        private readonly StringBuilder text = new();

        public override void Write(char value)
        {
            lock (gate)
                text.Append(value);
        }

        public override void Write(string? value)
        {
            lock (gate)
                text.Append(value);
        }

        public override void WriteLine(string? value) => Write($"{value}\n");

        public override void WriteLine() => Write("\n");

        public override string ToString()
        {
            lock (gate)
                return text.ToString();
        }
    }
}
