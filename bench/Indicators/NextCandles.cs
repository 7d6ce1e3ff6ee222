using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Indicators;
using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Bench.Indicators;

/// <summary>The bare step of each formula over candles that are there already.</summary>
internal sealed class NextCandles : IFormulaUser
{
    /// <summary>A power of two, so that going round them costs next to nothing.</summary>
    public const int Candles = 4_096;

    /// <summary>From here on every formula is past its beginning.</summary>
    private const int Seeded = 2_048;

    private readonly CandleColumns columns = new(CandleFields.All);
    private Indicator indicator = IndicatorCatalogue.Parse("sma");

    public NextCandles()
    {
        for (var index = 0; index < Candles; index++)
            columns.Add(Row(index));
    }

    public List<Contender> Contenders { get; } = [];

    public static CandleRow Row(int index)
    {
        var close = Math.Round(100 + (5 * Math.Sin(index / 5.0)) + (0.001 * index), 2);
        var price = Price.FromNanos((long)Math.Round(close * Price.One));
        var (high, low) = (close + (index % 7 / 100.0), close - (index % 5 / 100.0));
        return new CandleRow(index * 60_000L, price, close - 0.05, high, low, 1_000 + (index % 97), Final: true);
    }

    public NextCandles For(Indicator next)
    {
        indicator = next;
        return this;
    }

    public void Use<TIndicator, TState>(TIndicator formula)
        where TIndicator : struct, IIndicator<TIndicator, TState>
        where TState : struct, IEquatable<TState>
    {
        var (trail, lines) = (new double[indicator.Reach.Trail], new double[indicator.Description.Lines.Count]);
        TState seeded = default;
        for (var index = 0; index < Seeded; index++)
            formula.Next(ref seeded, columns, index, trail);
        Contenders.Add(new Contender(indicator.Slug, count =>
        {
            var (copy, state) = (formula, seeded);
            var at = Seeded;
            for (var i = 0; i < count; i++)
            {
                copy.Next(ref state, columns, at, trail);
                at = at + 1 == Candles ? Seeded : at + 1;
            }
            copy.Read(state, Seeded, lines);
            seeded = state;
            return (long)lines[0];
        }));
    }
}
