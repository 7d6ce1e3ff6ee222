using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Polygon.Calendar;
using StockPipeline.Polygon.Rest;
using StockPipeline.Streaming.Producing;

namespace StockPipeline.PolygonCollector;

/// <summary>Keeps what the configuration topic says of US shares equal to what is wanted: the shares, and the days New York trades on.</summary>
internal sealed class SharesKeeper(
    PolygonClient polygon, UsTable table, TopicWriter<ConfigRecord> writer, Metadata metadata, CollectorOptions options,
    TimeProvider market, ILogger log)
{
    /// <summary>Days ahead that are said: as many as the longest holidays, and more.</summary>
    private const int DaysAhead = 30;

    /// <summary>Days first: whoever learns of a share can then tell its gaps from its nights.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        var changes = 0;
        var told = (await polygon.HolidaysAsync(cancellationToken)).Where(one => one.Exchange is "NYSE" or "NASDAQ")
            .GroupBy(one => one.Date).ToDictionary(group => group.Key, group => group.First());
        var today = NewYork.DateOf(market.GetUtcNow());
        for (var date = today.AddDays(-options.CalendarDays); date <= today.AddDays(DaysAhead); date = date.AddDays(1))
        {
            var day = told.TryGetValue(date, out var holiday)
                ? NewYork.Day(date, holiday.Close is { } close ? TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(close, NewYork.Zone).DateTime) : null)
                : NewYork.Day(date);
            if (day.Equals(table.DayOf(date)))
                continue;
            await writer.DeliverAsync(ConfigKey.Of(date, InstrumentSource.NewYork).ToString(), ConfigRecord.Of(day), cancellationToken);
            changes++;
        }
        var known = table.Instruments.ToDictionary(one => one.Ticker, StringComparer.Ordinal);
        foreach (var gone in known.Values.Where(one => !options.Tickers.Contains(one.Ticker)))
        {
            await writer.DeliverAsync(ConfigKey.Of(gone.Figi).ToString(), null, cancellationToken);
            changes++;
        }
        foreach (var ticker in options.Tickers.Where(ticker => !known.ContainsKey(ticker)))
            changes += await AddAsync(ticker, cancellationToken) ? 1 : 0;
        foreach (var other in known.Values.Where(one => one.EndOfDay != options.IsFree && options.Tickers.Contains(one.Ticker)))
        {
            // The plan has become another one.
            await SayAsync(other with { EndOfDay = options.IsFree }, cancellationToken);
            changes++;
        }
        if (changes > 0)
            Log.Published(log, options.Tickers.Count, changes);
    }

    private async Task<bool> AddAsync(string ticker, CancellationToken cancellationToken)
    {
        if (await polygon.TickerAsync(ticker, cancellationToken) is not { } details)
        {
            Log.LeftOut(log, ticker, "polygon.io knows no such ticker; NASDAQ_STOCKS names it");
            return false;
        }
        if (!Figi.TryParse(details.CompositeFigi, out var figi))
        {
            Log.LeftOut(log, ticker, "polygon.io knows no composite FIGI of it");
            return false;
        }
        var instrument = new Instrument
        {
            Figi = figi, Ticker = ticker, ClassCode = details.PrimaryExchange, Uid = details.CompositeFigi!, Name = details.Name,
            Currency = details.Currency, Lot = 1, MinPriceIncrement = Price.FromDecimal(0.01m), Exchange = InstrumentSource.NewYork, Weekend = false,
            EndOfDay = options.IsFree,
        };
        await metadata.StoreAsync(details, cancellationToken);
        await SayAsync(instrument, cancellationToken);
        return true;
    }

    private Task SayAsync(Instrument instrument, CancellationToken cancellationToken) =>
        writer.DeliverAsync(ConfigKey.Of(instrument.Figi).ToString(), ConfigRecord.Of(instrument), cancellationToken);
}
