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

        var first = Start(watermark, 7);
        var second = Start(watermark, 8);
        Finish(watermark, second);

        Assert.Null(watermark.Committable);
        Finish(watermark, first);
        Assert.Equal(9, watermark.Committable);
    }

    [Fact]
    public void Offsets_that_compaction_took_away_hold_nothing_back()
    {
        var watermark = new OffsetWatermark(4);

        var first = Start(watermark, 3);
        var second = Start(watermark, 90);
        Finish(watermark, first);
        Assert.Equal(4, watermark.Committable);
        Finish(watermark, second);

        Assert.Equal(91, watermark.Committable);
    }

    [Fact]
    public void It_holds_its_capacity_and_not_one_more()
    {
        var watermark = new OffsetWatermark(2);
        var first = Start(watermark, 0);
        var second = Start(watermark, 1);

        Assert.Throws<InvalidOperationException>(() => Start(watermark, 2));
        Finish(watermark, second);
        Assert.Throws<InvalidOperationException>(() => Start(watermark, 2));
        Finish(watermark, first);

        Assert.Equal(0, watermark.Count);
        Start(watermark, 2);
        Assert.Equal(1, watermark.Count);
    }

    [Fact]
    public void A_record_is_finished_once()
    {
        var watermark = new OffsetWatermark(2);
        Start(watermark, 0);
        var second = Start(watermark, 1);

        Finish(watermark, second);

        Assert.Throws<InvalidOperationException>(() => Finish(watermark, second));
        Assert.Throws<InvalidOperationException>(() => Finish(watermark, second + 1));
    }

    [Fact]
    public void Offsets_must_grow()
    {
        var watermark = new OffsetWatermark(2);
        Finish(watermark, Start(watermark, 5));

        Assert.Throws<InvalidOperationException>(() => Start(watermark, 5));
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
            var (ticket, mine, spins) = (Start(watermark, offset), offset, random.Next(200));
            working.Add(Task.Run(() =>
            {
                Thread.SpinWait(spins);
                Volatile.Write(ref isFinished[mine], true);
                Finish(watermark, ticket);
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
        var tickets = Enumerable.Range(0, 4).Select(offset => Start(watermark, offset)).ToList();

        Assert.False(watermark.WaitUntilAtMost(2, TimeSpan.FromMilliseconds(1)));
        var waiting = Task.Run(() => watermark.WaitUntilAtMost(2, TimeSpan.FromSeconds(30)));
        Finish(watermark, tickets[0]);
        Finish(watermark, tickets[1]);

        Assert.True(await waiting);
    }

    private static long Start(OffsetWatermark watermark, long offset)
    {
        WorkItem[] items = [new([], null, 0, offset, 0, 0)];
        watermark.Start(items);
        return items[0].Ticket;
    }

    private static void Finish(OffsetWatermark watermark, long ticket) => watermark.Finish([new([], null, 0, 0, 0, ticket)]);
}
