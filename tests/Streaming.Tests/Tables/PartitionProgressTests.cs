using StockPipeline.Streaming.Tables;

namespace StockPipeline.StreamingTests.Tables;

public sealed class PartitionProgressTests
{
    [Fact]
    public void The_end_is_reached_once_with_the_last_record_before_it()
    {
        var progress = new PartitionProgress();
        progress.EndsAt(10);

        progress.Passed(8);
        Assert.False(progress.ReachesEnd());
        progress.Passed(9);

        Assert.True(progress.ReachesEnd());
        Assert.False(progress.ReachesEnd());
        Assert.False(progress.AtEnd(0));
    }

    [Fact]
    public void An_end_that_compaction_emptied_is_reached_when_the_broker_says_so()
    {
        var progress = new PartitionProgress();
        progress.EndsAt(10);

        progress.Passed(3);

        Assert.False(progress.ReachesEnd());
        Assert.True(progress.AtEnd(0));
        Assert.False(progress.AtEnd(0));
    }

    [Fact]
    public void Gaps_are_no_step_back_but_an_offset_seen_before_is()
    {
        var progress = new PartitionProgress();

        progress.Passed(3);

        Assert.False(progress.WentBack(900));
        Assert.True(progress.WentBack(3));
        Assert.True(progress.WentBack(0));
    }
}
