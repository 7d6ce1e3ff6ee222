using System.Runtime.CompilerServices;
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

    /// <summary>Candles in one call; a part of those that come after the beginning.</summary>
    private const int Block = 512;

    private readonly CandleColumns columns = new(CandleFields.All);
    private Indicator indicator = IndicatorCatalogue.Parse("sma");

    public NextCandles()
    {
        for (var index = 0; index < Candles; index++)
            columns.Add(Row(index));
    }

    public List<Contender> Contenders { get; } = [];

    /// <summary>
    /// The bare update of a forming candle: from the state before it anew each time, its value read; each candle closes after so many updates.
    /// </summary>
    public static Func<int, long> FormingOf(Indicator indicator, int updatesPerCandle)
    {
        var forming = new FormingCandles(new NextCandles().columns, indicator, updatesPerCandle);
        indicator.Lend(forming);
        return forming.Run;
    }

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
            var from = Seeded;
            for (var left = count; left > 0; left -= Block)
            {
                Walk(formula, ref seeded, columns, from, Math.Min(left, Block), trail);
                from = from + Block == Candles ? Seeded : from + Block;
            }
            formula.Read(seeded, Seeded, lines);
            return (long)lines[0];
        }));
    }

    /// <summary>
    /// Called often enough to be compiled at its best; a loop that runs for long inside its first calls is replaced by code that keeps the state in
    /// memory.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Walk<TIndicator, TState>(TIndicator formula, ref TState state, CandleColumns columns, int from, int count, Span<double> trail)
        where TIndicator : struct, IIndicator<TIndicator, TState>
        where TState : struct, IEquatable<TState>
    {
        var now = state;
        for (var index = from; index < from + count; index++)
            formula.Next(ref now, columns, index, trail);
        state = now;
    }

    private sealed class FormingCandles(CandleColumns columns, Indicator indicator, int updatesPerCandle) : IFormulaUser
    {
        public Func<int, long> Run { get; private set; } = _ => 0;

        public void Use<TIndicator, TState>(TIndicator formula)
            where TIndicator : struct, IIndicator<TIndicator, TState>
            where TState : struct, IEquatable<TState>
        {
            var (trail, lines) = (new double[indicator.Reach.Trail], new double[indicator.Description.Lines.Count]);
            TState seeded = default;
            for (var index = 0; index < Seeded; index++)
                formula.Next(ref seeded, columns, index, trail);
            Run = count =>
            {
                var (from, sum) = (Seeded, 0.0);
                for (var left = count; left > 0; left -= Block)
                {
                    sum += Form(formula, ref seeded, from, Math.Min(left, Block), trail, lines);
                    from = from + Block == Candles ? Seeded : from + Block;
                }
                return (long)sum;
            };
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private double Form<TIndicator, TState>(
            TIndicator formula, ref TState seeded, int from, int count, Span<double> trail, Span<double> lines)
            where TIndicator : struct, IIndicator<TIndicator, TState>
            where TState : struct, IEquatable<TState>
        {
            var (before, sum, left) = (seeded, 0.0, updatesPerCandle);
            for (var index = from; index < from + count; index++)
            {
                var state = before;
                formula.Next(ref state, columns, index, trail);
                formula.Read(state, Seeded, lines);
                sum += lines[0];
                if (--left > 0)
                    continue;
                before = state;
                left = updatesPerCandle;
            }
            seeded = before;
            return sum;
        }
    }
}
