using StockPipeline.Gateway.Live;

namespace StockPipeline.GatewayTests.Live;

public sealed class WaitingListTests
{
    [Fact]
    public void Who_comes_first_is_taken_first_also_where_others_come_in_between()
    {
        var list = new WaitingList<Guest>();
        Assert.True(list.IsEmpty);
        var guests = Enumerable.Range(0, 5).Select(number => new Guest(number)).ToList();
        list.Add(guests[0]);
        list.Add(guests[1]);
        Assert.Same(guests[0], list.Take());
        list.Add(guests[2]);
        list.Add(guests[3]);

        Assert.Equal([1, 2, 3], Enumerable.Range(0, 3).Select(_ => list.Take()!.Number));
        Assert.Null(list.Take());
        list.Add(guests[0]);
        Assert.False(list.IsEmpty);
        Assert.Same(guests[0], list.Take());
    }

    [Fact]
    public void Of_many_that_come_from_several_threads_each_is_taken_once()
    {
        const int Threads = 3, Guests = 20_000;
        var list = new Holder();
        var adding = Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (var number = 0; number < Guests; number++)
                list.Waiting.Add(new Guest((thread * Guests) + number));
        })).ToArray();
        var taken = new List<int>();

        while (taken.Count < Threads * Guests)
        {
            if (list.Waiting.Take() is { } guest)
                taken.Add(guest.Number);
            else
                Assert.False(Task.WhenAll(adding).IsCompleted && list.Waiting.IsEmpty, "some were lost");
        }

        Assert.Equal(Threads * Guests, taken.Distinct().Count());
        // Of one thread in the order it put them in.
        Assert.All(taken.GroupBy(number => number / Guests), ofThread => Assert.Equal(ofThread.Order(), ofThread));
    }

    private sealed class Holder
    {
        public WaitingList<Guest> Waiting;
    }

    private sealed class Guest(int number) : IWaits<Guest>
    {
        public int Number => number;

        Guest? IWaits<Guest>.Behind { get; set; }
    }
}
