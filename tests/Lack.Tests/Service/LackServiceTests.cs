using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Lack;
using StockPipeline.Surroundings;
using StockPipeline.Testing;

namespace StockPipeline.LackTests.Service;

/// <summary>From a followed instrument without candles to the questions that history is asked.</summary>
public sealed class LackServiceTests
{
    private static readonly Figi Figi = new("BBG004730N88");

    [Fact]
    public async Task A_new_instrument_is_asked_for_in_every_interval_once_also_over_a_restart()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        var client = surroundings.Client;
        await using var tasks = new TopicReader<HistoryTask>(
            client, client.Topics.HistoryAction, await client.Codecs.HistoryTasksAsync(default));
        await using var ledger = new TopicReader<Gap>(client, client.Topics.Gaps, await client.Codecs.GapsAsync(default));
        var answers = client.Kafka.WriteTo(client.Topics.Gaps, await client.Codecs.GapsAsync(default));
        await surroundings.ConfigureAsync(ConfigRecord.Of(Share(Figi, "SBER")));
        await surroundings.WhileRunningAsync(builder => builder.AddLack(), () => Eventually.TrueAsync(() => tasks.All.Count >= Interval.All.Count));
        Assert.Equal(Interval.All.Count, tasks.All.Select(task => task.Value!.Interval).Distinct().Count());
        await Eventually.TrueAsync(() => tasks.All.All(task => ledger.Latest.ContainsKey(KeyOf(task.Value!))));
        Assert.All(tasks.All, task => Assert.Equal(GapState.Requested, ledger.Latest[KeyOf(task.Value!)].State));

        // There never was a trade: everything it looked for is proven empty, but for the day, which is still open.
        foreach (var (key, entry) in ledger.Latest.Where(one => one.Value.Interval != Interval.OneDay))
            await answers.DeliverAsync(key, entry with { State = GapState.Empty, Missing = 0 }, default);
        await surroundings.ConfigureAsync(ConfigRecord.Of(Share(new Figi("BBG004730RP0"), "GAZP")));
        await surroundings.WhileRunningAsync(
            builder => builder.AddLack(), () => Eventually.TrueAsync(() => tasks.All.Count(task => task.Value!.Figi != Figi) >= Interval.All.Count));

        var again = tasks.All.Select(task => task.Value!).Where(task => task.Figi == Figi).Skip(Interval.All.Count);
        Assert.All(again, task => Assert.DoesNotContain(
            tasks.All.Take(Interval.All.Count), first => first.Value!.Interval == task.Interval && first.Value.From < task.To));
    }

    private static string KeyOf(HistoryTask task) => new GapKey(task.Figi, task.Interval, task.From).ToString();

    private static Instrument Share(Figi figi, string ticker) => new()
    {
        Figi = figi, Ticker = ticker, ClassCode = "TQBR", Uid = "uid-" + ticker, Name = ticker, Currency = "rub", Lot = 1,
        MinPriceIncrement = Price.Parse("0.01"), Exchange = "exchange", Weekend = true,
    };
}
