using System.Threading.Channels;

namespace StockPipeline.Market.Streams;

/// <summary>Wakes the one who waits, or keeps a single ring until somebody does.</summary>
internal sealed class Bell
{
    private readonly Channel<bool> rung = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Ring() => rung.Writer.TryWrite(true);

    public async ValueTask WaitAsync(CancellationToken stop) => await rung.Reader.ReadAsync(stop);
}
