using StockPipeline.Contracts.Records;

namespace StockPipeline.Gateway.Series;

/// <summary>Calculates what was known of a series of candles at some time, out of what is known now and what was corrected since.</summary>
internal static class KnownRows
{
    /// <param name="now">The rows there are.</param>
    /// <param name="older">All rows as the topic has them; nothing where those that are kept will do.</param>
    /// <param name="revisions">What was corrected, oldest correction first.</param>
    /// <param name="asOf">When, in milliseconds since the epoch.</param>
    public static SeriesTable At(SeriesTable now, SeriesTable? older, IReadOnlyCollection<CandleRevision> revisions, long asOf)
    {
        var known = new SeriesTable(StreamShape.Candles.Columns.Count, now.Count + (older?.Count ?? 0) + revisions.Count + 1);
        var end = older is null ? 0 : now.Count == 0 ? older.Count : older.FirstFrom(now[0].Time);
        for (var i = 0; i < end; i++)
            Take(known, older!, i, asOf);
        for (var i = 0; i < now.Count; i++)
            Take(known, now, i, asOf);
        // From the newest correction back to the first one after that time: what it replaced was what was known.
        foreach (var revision in revisions.Reverse().TakeWhile(one => one.KnownUntil.ToUnixTimeMilliseconds() > asOf))
        {
            var time = revision.OpenTime.ToUnixTimeMilliseconds();
            if (revision.KnownFrom.ToUnixTimeMilliseconds() > asOf)
            {
                known.Remove(time, revision.KnownUntil.ToUnixTimeMilliseconds());
                continue;
            }
            known.Set(new Row(time, 0, revision.KnownFrom.ToUnixTimeMilliseconds(), revision.Revision, Final: true),
            [
                revision.Open.ToDouble(), revision.High.ToDouble(), revision.Low.ToDouble(), revision.Close.ToDouble(), revision.Volume,
            ]);
        }
        return known;
    }

    private static void Take(SeriesTable known, SeriesTable rows, int index, long asOf)
    {
        var row = rows[index];
        if (row.Written <= asOf)
            known.Set(row, rows.Numbers(index));
    }
}
