using StockPipeline.Streaming.Producing;

namespace StockPipeline.StreamingTests.Producing;

public sealed class DeliveryRoundTests
{
    [Fact]
    public void A_round_is_over_when_it_is_closed_and_all_who_entered_have_left()
    {
        var round = new DeliveryRound();

        Assert.True(round.TryEnter());
        Assert.True(round.TryEnter());
        round.Leave();
        round.Close();
        Assert.False(round.Over.IsCompleted);
        round.Leave();

        Assert.True(round.Over.IsCompletedSuccessfully);
    }

    [Fact]
    public void Nobody_enters_a_round_that_is_over()
    {
        var round = new DeliveryRound();

        round.Close();

        Assert.False(round.TryEnter());
    }

    [Fact]
    public void An_open_round_is_not_over_when_it_is_empty()
    {
        var round = new DeliveryRound();

        Assert.True(round.TryEnter());
        round.Leave();

        Assert.False(round.Over.IsCompleted);
        Assert.True(round.TryEnter());
    }

    [Fact]
    public async Task Who_enters_while_others_close_is_counted_or_turned_away_never_lost()
    {
        for (var turn = 0; turn < 200; turn++)
        {
            var round = new DeliveryRound();
            var inside = 0;
            var entering = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                for (var entry = 0; entry < 50 && round.TryEnter(); entry++)
                {
                    Interlocked.Increment(ref inside);
                    Assert.False(round.Over.IsCompleted);
                    Interlocked.Decrement(ref inside);
                    round.Leave();
                }
            })).ToArray();
            round.Close();

            await Task.WhenAll(entering);

            Assert.Equal(0, inside);
            Assert.True(round.Over.IsCompletedSuccessfully);
        }
    }
}
