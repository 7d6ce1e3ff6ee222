using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Gaps;
using StockPipeline.Streaming.Tables;
using StockPipeline.Surroundings;
using StockPipeline.Testing;
using StockPipeline.Workers;

namespace StockPipeline.GapsTests.Service;

public sealed class GapsServiceTests
{
    private const string Exchange = "exchange";

    private static readonly Interval Minute = Interval.OneMinute;

    [Fact]
    public async Task Hole_is_requested_once_answered_and_left_alone_by_the_next_process()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        await using var client = surroundings.CreateClient("test");
        var first = Minute.Align(TimeProvider.System.GetUtcNow()).AddMinutes(-30);
        await ConfigureAsync(client, first);
        var candles = client.Kafka.WriteTo(client.Topics.Candles(Minute), await client.Codecs.CandlesAsync(Minute, default));
        // All are there up to a minute that has not come yet, but for three.
        for (var open = first; open < first.AddMinutes(60); open += Minute.Length)
        {
            if (open < first.AddMinutes(10) || open >= first.AddMinutes(13))
                await candles.SendAsync(new CandleKey(Sample.Figi, open).ToString(), Candle(open), default);
        }
        await client.Kafka.FlushAsync(default);
        using var stop = new CancellationTokenSource();
        var history = new HistoryDouble(client);
        var answering = history.RunAsync(stop.Token);

        await WhileRunningAsync(surroundings, () => Eventually.TrueAsync(() => history.Entries.Any(entry => entry.State == GapState.Empty)));
        var asked = Assert.Single(history.Tasks, task => task.Reason == HistoryReason.Gap);
        Assert.Equal((first.AddMinutes(10), first.AddMinutes(13)), (asked.From, asked.To));
        Assert.Contains(history.Tasks, task => task.Reason == HistoryReason.Audit);
        await WhileRunningAsync(surroundings, () => Eventually.TrueAsync(() => history.Tasks.Count(task => task.Reason == HistoryReason.Audit) > 1));

        Assert.Single(history.Tasks, task => task.Reason == HistoryReason.Gap);
        await stop.CancelAsync();
        await answering;
    }

    private static Task WhileRunningAsync(ServiceSurroundings surroundings, Func<Task> see) => surroundings.WhileRunningAsync(
        builder => builder.AddGaps(), see, ("INTERVAL", "1-min"), ("GAPS_GRACE", "1s"), ("AUDIT_EVERY", "1s"));

    private static async Task ConfigureAsync(PipelineClient client, DateTimeOffset around)
    {
        var config = client.Kafka.WriteTo(client.Topics.Config, await client.Codecs.ConfigAsync(default));
        var share = new Instrument
        {
            Figi = Sample.Figi, Ticker = "SBER", ClassCode = "TQBR", Uid = "uid", Name = "Sberbank", Currency = "rub", Lot = 1,
            MinPriceIncrement = Price.Parse("0.01"), Exchange = Exchange, Weekend = true,
        };
        await config.DeliverAsync(ConfigRecord.Of(share).Key.ToString(), ConfigRecord.Of(share), default);
        for (var days = -1; days <= 1; days++)
        {
            var midnight = Interval.OneDay.Align(around).AddDays(days);
            var record = ConfigRecord.Of(new TradingDay
            {
                Date = DateOnly.FromDateTime(midnight.UtcDateTime), Exchange = Exchange,
                Sessions = [new TradingSession(SessionKind.Main, midnight, midnight.AddDays(1))],
            });
            await config.DeliverAsync(record.Key.ToString(), record, default);
        }
    }

    private static Candle Candle(DateTimeOffset open) => new()
    {
        Figi = Sample.Figi, OpenTime = open, Open = Price.Parse("1"), High = Price.Parse("1"), Low = Price.Parse("1"), Close = Price.Parse("1"),
        Volume = 1, Final = true, Source = CandleSource.Stream,
    };

    /// <summary>Says of every hole it is asked about that nobody traded.</summary>
    private sealed class HistoryDouble(PipelineClient client) : ITableHandler
    {
        private readonly Lock gate = new();
        private readonly List<HistoryTask> tasks = [];
        private readonly List<Gap> entries = [];

        public IReadOnlyList<HistoryTask> Tasks => Copy(tasks);

        public IReadOnlyList<Gap> Entries => Copy(entries);

        public void OnAssigned(int partition)
        {
        }

        public async Task RunAsync(CancellationToken stop)
        {
            var taskCodec = await client.Codecs.HistoryTasksAsync(stop);
            var gapCodec = await client.Codecs.GapsAsync(stop);
            var ledger = client.Kafka.WriteTo(client.Topics.Gaps, gapCodec);
            await client.Kafka.ReadTables(
                TableAssignment.All, this,
                Table.Of<HistoryTask>(client.Topics.HistoryAction, taskCodec, (_, records) =>
                {
                    foreach (var record in records)
                    {
                        Add(tasks, record.Value!);
                        if (record.Value!.Reason == HistoryReason.Gap)
                            ledger.Send(new GapKey(Sample.Figi, Minute, record.Value.From).ToString(), Answer(record.Value), stop);
                    }
                }),
                Table.Of<Gap>(client.Topics.Gaps, gapCodec, (_, records) =>
                {
                    foreach (var record in records)
                        Add(entries, record.Value!);
                })).RunAsync(stop);
        }

        private static Gap Answer(HistoryTask task) =>
            Sample.Gap(task.From, task.To, GapState.Empty, task.Attempt, TimeProvider.System.GetUtcNow());

        private void Add<T>(List<T> list, T one)
        {
            lock (gate)
                list.Add(one);
        }

        private List<T> Copy<T>(List<T> list)
        {
            lock (gate)
                return [.. list];
        }
    }
}
