using System.Text;
using StockPipeline.Config.Publishing;
using StockPipeline.Config.Tickers;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Workers;

namespace StockPipeline.ConfigTests;

public sealed class SelectionTests
{
    private static readonly Instrument Sber = Share("SBER", "TQBR", "rub");
    private static readonly Instrument Ydex = Share("YDEX", "TQBR", "rub");
    private static readonly Instrument Dollar = Share("USDS", "TQBR", "usd");
    private static readonly Instrument Abroad = Share("SBER", "SPEQ", "rub");
    private static readonly Instrument[] All = [Sber, Ydex, Dollar, Abroad];

    [Fact]
    public void An_empty_list_means_every_rouble_share_of_the_usual_board()
    {
        Assert.Equal([Sber, Ydex], Select("# nothing\n", "").Instruments);
    }

    [Fact]
    public void The_black_list_wins()
    {
        Assert.Equal([Ydex], Select("", "sber").Instruments);
        Assert.Equal([Ydex], Select("SBER\nYDEX", "SBER").Instruments);
        Assert.Equal([Abroad], Select("SBER\nSBER@SPEQ", "SBER@TQBR").Instruments);
    }

    [Fact]
    public void A_board_can_be_named_and_a_ticker_without_one_means_the_usual_board()
    {
        Assert.Equal([Sber], Select("SBER", "").Instruments);
        Assert.Equal([Abroad], Select("SBER@SPEQ", "").Instruments);
        Assert.Equal([Dollar], Select("USDS", "").Instruments);
    }

    [Fact]
    public void An_unknown_ticker_is_a_warning_naming_its_line_and_the_others_are_followed()
    {
        var selection = Select("SBER\nNOSUCH\nYDEX\nYDEX", "");

        Assert.Equal([Sber, Ydex], selection.Instruments);
        Assert.Contains("line 2", Assert.Single(selection.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_of_nothing_but_mistakes_does_not_mean_everything()
    {
        Assert.Empty(Select("SBER YDEX", "").Instruments);
    }

    [Fact]
    public void Only_what_differs_from_the_topic_is_written_and_what_is_no_longer_wanted_gets_a_tombstone()
    {
        var instruments = new Dictionary<Figi, Instrument> { [Sber.Figi] = Sber, [Dollar.Figi] = Dollar };
        var topic = ConfigSnapshot.Empty with { Instruments = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(instruments) };

        var changes = ConfigChanges.OfInstruments(topic, [Sber with { Lot = 99 }, Ydex]);

        Assert.Equal(3, changes.Count);
        Assert.Equal(99, changes.Single(change => change.Key.Figi == Sber.Figi).Record!.Instrument!.Lot);
        Assert.Equal(Ydex, changes.Single(change => change.Key.Figi == Ydex.Figi).Record!.Instrument);
        Assert.Null(changes.Single(change => change.Key.Figi == Dollar.Figi).Record);
        Assert.Empty(ConfigChanges.OfInstruments(topic, [Sber, Dollar]));
    }

    [Fact]
    public void A_real_day_replaces_an_inferred_one_and_never_the_other_way_and_old_days_go()
    {
        var date = new DateOnly(2026, 11, 20);
        var inferred = new TradingDay { Date = date, Exchange = "MOEX", Sessions = [], Inferred = true };
        var real = inferred with { Inferred = false };
        var old = real with { Date = date.AddDays(-500) };

        Assert.Single(ConfigChanges.OfDays(With(inferred), [real], date.AddDays(-800)));
        Assert.Empty(ConfigChanges.OfDays(With(real), [inferred, real], date.AddDays(-800)));
        Assert.Null(Assert.Single(ConfigChanges.OfDays(With(real, old), [], date.AddDays(-400))).Record);
    }

    private static ConfigSnapshot With(params TradingDay[] days) => ConfigSnapshot.Empty with { Calendar = ConfigSnapshot.Empty.Calendar.With(days) };

    private static Selection Select(string need, string notNeed) => Selection.Of(All, Parse(need), Parse(notNeed));

    private static TickerList Parse(string text) => TickerList.Parse("list.txt", Encoding.UTF8.GetBytes(text));

    private static Instrument Share(string ticker, string board, string currency) => new()
    {
        Figi = new Figi($"FIGI-{ticker}-{board}"), Ticker = ticker, ClassCode = board, Uid = "", Name = ticker, Currency = currency, Lot = 1,
        MinPriceIncrement = Price.FromUnits(0, 10_000_000), Exchange = "MOEX", Weekend = false,
    };
}
