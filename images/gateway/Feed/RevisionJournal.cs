using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Gateway.Series;
using StockPipeline.Streaming.Producing;

namespace StockPipeline.Gateway.Feed;

/// <summary>
/// Writes down closed candles that are being replaced or taken back, as long as they are kept here. What it says follows from the topic alone, so
/// that every gateway says the same record, also when it reads the topic anew. Used by one reader's thread.
/// </summary>
/// <param name="interval">Of the candles.</param>
/// <param name="writer">Takes what is written down.</param>
/// <param name="known">What has been written down.</param>
/// <param name="presence">Which candles there are, also of those that are not kept.</param>
/// <param name="reach">Learns of what cannot be written down.</param>
internal sealed class RevisionJournal(
    Interval interval, TopicWriter<CandleRevision> writer, RevisionTable known, PresenceTable presence, RevisionReach reach)
{
    private readonly List<CandleRevision> waiting = [];

    public RevisionReach Reach => reach;

    /// <summary>A closed row is about to change that is not kept.</summary>
    public void NoteUnkept(Figi figi, DateTimeOffset openTime, DateTimeOffset until)
    {
        if (presence.Has(figi, interval, openTime))
            reach.Miss(figi, until);
    }

    /// <summary>A row has been taken over, or taken away.</summary>
    public void Took(Figi figi, DateTimeOffset openTime, bool isFinal) => presence.Mark(new SeriesKey(figi, interval), openTime, isFinal);

    /// <param name="figi">Of whom.</param>
    /// <param name="old">What was said.</param>
    /// <param name="numbers">Its open, high, low, close and volume.</param>
    /// <param name="until">When it was replaced.</param>
    public void Note(Figi figi, in Row old, ReadOnlySpan<double> numbers, DateTimeOffset until)
    {
        var revision = new CandleRevision
        {
            Figi = figi, Interval = interval, OpenTime = DateTimeOffset.FromUnixTimeMilliseconds(old.Time), Open = PriceOf(numbers[0]),
            High = PriceOf(numbers[1]), Low = PriceOf(numbers[2]), Close = PriceOf(numbers[3]), Volume = (long)numbers[4],
            Revision = (int)old.Count, KnownFrom = DateTimeOffset.FromUnixTimeMilliseconds(old.Written), KnownUntil = until,
        };
        if (!known.Has(revision))
            waiting.Add(revision);
    }

    /// <summary>Hands over what was noted; waits where the client takes no more.</summary>
    public async ValueTask SayAsync(CancellationToken cancellationToken)
    {
        foreach (var one in waiting)
        {
            await writer.SendAsync(
                new RevisionKey(one.Figi, one.Interval, one.OpenTime, one.KnownUntil).ToString(), one, cancellationToken);
        }
        waiting.Clear();
    }

    /// <summary>Prices have at most nine digits behind the point and came as the nearest double: they go back as they were.</summary>
    private static Price PriceOf(double number) => Price.FromDecimal(Math.Round((decimal)number, 9));
}
