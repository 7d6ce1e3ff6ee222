using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.WorkersTests.Ledger;

public sealed class SeriesLedgerTests
{
    private readonly SeriesLedger ledger = new();

    [Fact]
    public void What_this_process_wrote_holds_against_older_words_that_are_still_on_their_way_back()
    {
        ledger.Write(Entry(GapState.Requested, updated: 5), Sample.Noon);

        ledger.Read(Entry(GapState.Suspected, updated: 4), Sample.Noon);
        Assert.Equal(GapState.Requested, Assert.Single(ledger.Open).Gap.State);

        ledger.Read(Entry(GapState.Requested, updated: 6), Sample.Noon);
        Assert.False(Assert.Single(ledger.Open).Own);
    }

    [Theory]
    [InlineData(GapState.Filled)]
    [InlineData(GapState.Empty)]
    [InlineData(GapState.Lost)]
    public void An_answer_closes_the_entry_and_proves_its_range_for_good(GapState answer)
    {
        ledger.Write(Entry(GapState.Requested, updated: 1), Sample.Noon);
        var before = ledger.Version;

        ledger.Read(Entry(answer, updated: 2), Sample.Noon);

        Assert.Empty(ledger.Open);
        Assert.True(ledger.Proven.Contains(Minutes.Of(Sample.Noon)));
        Assert.NotEqual(before, ledger.Version);
        ledger.Read(Entry(GapState.Suspected, updated: 3), Sample.Noon);
        Assert.Empty(ledger.Open);
        ledger.Remove(Minutes.Of(Sample.Noon));
        Assert.True(ledger.Proven.Contains(Minutes.Of(Sample.Noon)));
    }

    [Fact]
    public void Entries_that_end_before_what_is_kept_are_named_once_and_forgotten()
    {
        ledger.Write(Entry(GapState.Filled, updated: 1), Sample.Noon);
        var end = Minutes.Of(Sample.Noon) + 3;

        Assert.Empty(ledger.RemoveBefore(end - 1));
        Assert.Equal([Minutes.Of(Sample.Noon)], ledger.RemoveBefore(end));
        Assert.Empty(ledger.RemoveBefore(end));
        Assert.False(ledger.Proven.Contains(Minutes.Of(Sample.Noon)));
    }

    private static Gap Entry(GapState state, int updated) => new()
    {
        Figi = Sample.Sber, Interval = Interval.OneMinute, From = Sample.Noon, To = Sample.Noon.AddMinutes(3), Missing = 3, State = state,
        Attempts = 1, UpdatedAt = Sample.Noon.AddSeconds(updated),
    };
}
