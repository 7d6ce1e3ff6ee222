using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Polygon.Bars;
using StockPipeline.Polygon.Calendar;
using StockPipeline.Polygon.Live;
using StockPipeline.Polygon.Rest;

namespace StockPipeline.PolygonCollector;

/// <summary>
/// Minutes over the websocket, as candles of every interval. Each connection begins with what the day has had so far, by REST, so nothing that
/// was said while nobody listened is missing.
/// </summary>
internal sealed class LiveMinutes(
    MinuteSocket socket, PolygonClient polygon, UsTable table, CandleWriters writers, TimeProvider market, Action<int> connected)
{
    private readonly Dictionary<Figi, LiveSession> sessions = [];
    private DateOnly date;

    /// <summary>Reads until the connection ends, which is an exception, or the list of shares has become another one.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var instruments = table.Instruments.ToDictionary(one => one.Ticker, StringComparer.Ordinal);
        var isCaughtUp = false;
        await foreach (var minutes in socket.ReadAsync(instruments.Keys, cancellationToken))
        {
            Turn();
            if (!isCaughtUp)
            {
                // What came in since the subscription is in the answers or comes again: the newest word counts either way.
                await CatchUpAsync(instruments.Values, cancellationToken);
                isCaughtUp = true;
                connected(instruments.Count);
            }
            foreach (var group in minutes.GroupBy(one => one.Ticker))
            {
                if (instruments.TryGetValue(group.Key, out var instrument))
                    await TakeAsync(instrument.Figi, group.Select(Bar), CandleSource.Stream, cancellationToken);
            }
            await TickAsync(cancellationToken);
            if (table.Instruments.Count != instruments.Count || table.Instruments.Any(one => !instruments.ContainsKey(one.Ticker)))
                return;
        }
    }

    private async Task CatchUpAsync(IEnumerable<Instrument> instruments, CancellationToken cancellationToken)
    {
        if (Day().Sessions is not [{ } session, ..] || market.GetUtcNow() < session.Start)
            return;
        foreach (var instrument in instruments)
        {
            await foreach (var page in polygon.BarsAsync(instrument.Ticker, days: false, session.Start, market.GetUtcNow(), cancellationToken))
                await TakeAsync(instrument.Figi, page, CandleSource.History, cancellationToken);
        }
    }

    /// <summary>Longer candles close by time where nobody trades any more.</summary>
    private async Task TickAsync(CancellationToken cancellationToken)
    {
        foreach (var figi in sessions.Keys.ToList())
            await TakeAsync(figi, [], CandleSource.Stream, cancellationToken);
    }

    private async Task TakeAsync(Figi figi, IEnumerable<AggregateBar> bars, CandleSource source, CancellationToken cancellationToken)
    {
        var day = Day();
        if (day.Sessions.Count == 0)
            return;
        if (!sessions.TryGetValue(figi, out var session))
            sessions.Add(figi, session = new LiveSession(figi, day));
        await Task.WhenAll(session.Take(bars, source, market.GetUtcNow())
            .Select(one => writers.DeliverAsync(one.Interval, one.Candle, cancellationToken)));
    }

    private void Turn()
    {
        var today = NewYork.DateOf(market.GetUtcNow());
        if (today == date)
            return;
        date = today;
        sessions.Clear();
    }

    private TradingDay Day() => table.DayOf(NewYork.DateOf(market.GetUtcNow())) ?? NewYork.Day(NewYork.DateOf(market.GetUtcNow()));

    private static AggregateBar Bar(MinuteEvent minute) =>
        new(minute.Ticker, minute.StartMs, minute.Open, minute.High, minute.Low, minute.Close, minute.Volume);
}
