using System.Text;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Tables;
using StockPipeline.Testing;
using StockPipeline.Workers;
using StockPipeline.Workers.Asking;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.WorkersTests.Asking;

public sealed class AskingTablesTests : IAsyncDisposable
{
    private static readonly int Partition = FigiPartition.Of(Sample.Sber, PipelineTopics.SeriesPartitions);
    private static readonly TimeSpan AfterHesitation = TimeSpan.FromSeconds(2);

    private readonly ManualClock market = new(Sample.Noon.AddYears(-1));
    private readonly ManualClock machine = new(Sample.Noon);
    private readonly AskerDouble asker = new();
    private readonly List<LedgerStep> written = [];
    private readonly PipelineClient client;
    private readonly ConfigTable config;
    private readonly LedgerTable ledger;
    private readonly AskingTables tables;

    public AskingTablesTests()
    {
        client = Sample.Client(machine);
        config = new ConfigTable(client);
        ledger = new LedgerTable(client, [Interval.OneMinute]);
        tables = new AskingTables(client, market, config, ledger, asker, (steps, _) =>
        {
            written.AddRange(steps);
            return Task.CompletedTask;
        });
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();

    [Fact]
    public void Closed_candles_count_forming_ones_do_not_and_one_taken_back_is_gone()
    {
        tables.OnAssigned(Partition);

        Take(0, Sample.Candle(Sample.Noon), Sample.Candle(Sample.Noon.AddMinutes(1)), Sample.Candle(Sample.Noon.AddMinutes(2), final: false));
        TakeTombstone(new CandleKey(Sample.Sber, Sample.Noon).ToString());
        TakeTombstone("nobody's key");

        Assert.Equal([Sample.Noon.AddMinutes(1)], asker.Candles);
    }

    [Fact]
    public void Nobody_is_asked_before_the_configuration_and_the_ledger_are_read()
    {
        Own(Partition);

        Done(tables.OnTickAsync(CancellationToken.None));
        ((ITableHandler)config).OnAllCaughtUp();
        Done(tables.OnTickAsync(CancellationToken.None));
        Assert.Equal(0, asker.Rounds);

        ((ITableHandler)ledger).OnAllCaughtUp();
        Done(tables.OnTickAsync(CancellationToken.None));
        Assert.Equal(1, asker.Rounds);
    }

    [Fact]
    public void Of_a_partition_nothing_is_said_until_its_last_owners_words_had_time_to_arrive_nor_after_it_went()
    {
        ReadAll();
        tables.OnAssigned(Partition);
        Done(tables.OnTickAsync(CancellationToken.None));
        Done(tables.OnCaughtUpAsync(Partition, CancellationToken.None));
        machine.Advance(AfterHesitation - TimeSpan.FromMilliseconds(1));
        Done(tables.OnTickAsync(CancellationToken.None));
        Assert.Empty(written);

        machine.Advance(TimeSpan.FromMilliseconds(1));
        Done(tables.OnTickAsync(CancellationToken.None));
        Assert.Single(written);

        Done(tables.OnRevokedAsync(Partition, CancellationToken.None));
        Done(tables.OnTickAsync(CancellationToken.None));
        Assert.Single(written);
    }

    [Fact]
    public void What_is_said_is_written_once_and_then_the_asker_is_told()
    {
        ReadAll();
        Own(Partition);

        Done(tables.OnTickAsync(CancellationToken.None));
        Done(tables.OnTickAsync(CancellationToken.None));

        Assert.Equal(2, written.Count);
        Assert.Equal(written, asker.HasSaid);
        Assert.All(written, step => Assert.Equal(market.GetUtcNow(), step.Task!.From));
    }

    [Fact]
    public void A_partition_that_goes_or_is_read_anew_leaves_no_candle_behind_and_others_stay()
    {
        Own(Partition);
        Take(0, Sample.Candle(Sample.Noon));
        tables.OnAssigned((Partition + 1) % PipelineTopics.SeriesPartitions);
        Assert.Single(asker.Candles);

        tables.OnAssigned(Partition);
        Assert.Empty(asker.Candles);

        Take(0, Sample.Candle(Sample.Noon));
        Done(tables.OnRevokedAsync(Partition, CancellationToken.None));
        Assert.Empty(asker.Candles);
    }

    private void ReadAll()
    {
        ((ITableHandler)config).OnAllCaughtUp();
        ((ITableHandler)ledger).OnAllCaughtUp();
    }

    private void Own(int partition)
    {
        tables.OnAssigned(partition);
        Done(tables.OnCaughtUpAsync(partition, CancellationToken.None));
        machine.Advance(AfterHesitation);
    }

    private void Take(long offset, params IEnumerable<Candle> candles) => tables.Take(Interval.OneMinute, candles
        .Select(candle => new TableRecord<Candle>(new CandleKey(candle.Figi, candle.OpenTime).ToBytes(), candle, offset++, 0)).ToArray());

    private void TakeTombstone(string key) =>
        tables.Take(Interval.OneMinute, [new TableRecord<Candle>(Encoding.UTF8.GetBytes(key), null, 9, 0)]);

    private static void Done(ValueTask step) => Assert.True(step.IsCompletedSuccessfully);
}
