using StockPipeline.Streaming.Groups;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.StreamingTests.Groups;

public sealed class OffsetWatermarkTests(ITestOutputHelper output)
{
    [Fact]
    public void Nothing_is_committable_before_the_first_record_is_finished()
    {
        var watermark = new OffsetWatermark(4);

        var first = watermark.Start(7);
        var second = watermark.Start(8);
        watermark.Finish(second);

        Assert.Null(watermark.Committable);
        watermark.Finish(first);
        Assert.Equal(9, watermark.Committable);
    }

    [Fact]
    public void Offsets_that_compaction_took_away_hold_nothing_back()
    {
        var watermark = new OffsetWatermark(4);

        var first = watermark.Start(3);
        var second = watermark.Start(90);
        watermark.Finish(first);
        Assert.Equal(4, watermark.Committable);
        watermark.Finish(second);

        Assert.Equal(91, watermark.Committable);
    }

    [Fact]
    public void It_holds_its_capacity_and_not_one_more()
    {
        var watermark = new OffsetWatermark(2);
        var first = watermark.Start(0);
        var second = watermark.Start(1);

        Assert.Throws<InvalidOperationException>(() => watermark.Start(2));
        watermark.Finish(second);
        Assert.Throws<InvalidOperationException>(() => watermark.Start(2));
        watermark.Finish(first);

        Assert.Equal(0, watermark.Count);
        watermark.Start(2);
        Assert.Equal(1, watermark.Count);
    }

    [Fact]
    public void A_record_is_finished_once()
    {
        var watermark = new OffsetWatermark(2);
        watermark.Start(0);
        var second = watermark.Start(1);

        watermark.Finish(second);

        Assert.Throws<InvalidOperationException>(() => watermark.Finish(second));
        Assert.Throws<InvalidOperationException>(() => watermark.Finish(second + 1));
    }

    [Fact]
    public void Offsets_must_grow()
    {
        var watermark = new OffsetWatermark(2);
        watermark.Finish(watermark.Start(5));

        Assert.Throws<InvalidOperationException>(() => watermark.Start(5));
    }

    [Fact]
    public async Task Finishing_in_any_order_on_many_threads_never_passes_an_unfinished_record()
    {
        const int records = 20_000;
        const int capacity = 64;
        var random = new Random(Seed.Next(output.WriteLine));
        var watermark = new OffsetWatermark(capacity);
        var isFinished = new bool[records];
        using var room = new SemaphoreSlim(capacity);
        var working = new List<Task>();
        for (var offset = 0; offset < records; offset++)
        {
            while (watermark.Count == capacity)
                await Task.Yield();
            var (ticket, mine, spins) = (watermark.Start(offset), offset, random.Next(200));
            working.Add(Task.Run(() =>
            {
                Thread.SpinWait(spins);
                Volatile.Write(ref isFinished[mine], true);
                watermark.Finish(ticket);
            }));
            for (var passed = (watermark.Committable ?? 0) - 1; passed >= Math.Max(0, offset - (2 * capacity)); passed--)
                Assert.True(Volatile.Read(ref isFinished[passed]));
        }

        await Task.WhenAll(working);

        Assert.Equal(records, watermark.Committable);
        Assert.Equal(0, watermark.Count);
    }

    [Fact]
    public async Task Who_waits_for_room_is_woken_when_enough_is_finished()
    {
        var watermark = new OffsetWatermark(4);
        var tickets = Enumerable.Range(0, 4).Select(offset => watermark.Start(offset)).ToList();

        Assert.False(watermark.WaitUntilAtMost(2, TimeSpan.FromMilliseconds(1)));
        var waiting = Task.Run(() => watermark.WaitUntilAtMost(2, TimeSpan.FromSeconds(30)));
        watermark.Finish(tickets[0]);
        watermark.Finish(tickets[1]);

        Assert.True(await waiting);
    }
}
