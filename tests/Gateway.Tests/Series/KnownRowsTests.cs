using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Gateway.Feed;
using StockPipeline.Gateway.Series;
using StockPipeline.Streaming.Tables;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.GatewayTests.Series;

public sealed class KnownRowsTests(ITestOutputHelper output)
{
    [Fact]
    public void At_any_time_the_rows_are_those_that_had_been_said_by_then_whatever_was_corrected_since()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        for (var round = 0; round < 50; round++)
        {
            var (now, revisions) = (new SeriesTable(5, 1_000), new List<CandleRevision>());
            var truth = new SortedDictionary<long, (double Close, long Written)>();
            var history = new List<(long At, Dictionary<long, double> Rows)>();
            for (var at = 1; at <= 60; at++)
            {
                var time = Prices.TimeOf(random.Next(12));
                var known = truth.TryGetValue(time, out var before);
                if (known)
                    revisions.Add(Revision(time, before.Close, before.Written, at * 10));
                if (known && random.Next(4) == 0)
                {
                    truth.Remove(time);
                    now.Remove(time, at);
                }
                else
                {
                    truth[time] = (at, at * 10);
                    now.Set(new Row(time, at, at * 10, 0, Final: true), [at, at, at, at, 1]);
                }
                history.Add((at * 10, truth.ToDictionary(row => row.Key, row => row.Value.Close)));
            }

            foreach (var (at, rows) in history)
            {
                var found = KnownRows.At(now, null, revisions, at + random.Next(10));
                Assert.Equal(rows.OrderBy(row => row.Key), Enumerable.Range(0, found.Count)
                    .Select(i => KeyValuePair.Create(found[i].Time, found.Numbers(i)[3])));
            }
        }
    }

    [Fact]
    public void Of_more_corrections_than_are_kept_the_oldest_are_forgotten_and_it_is_said_up_to_when()
    {
        var table = new RevisionTable(10, maxRevisions: 3);
        var revisions = Enumerable.Range(1, 4).Select(i => Revision(Prices.TimeOf(i), i, i, i * 1_000)).ToList();

        table.Take(0, revisions.Concat(revisions.Skip(1)).Select((one, i) => new TableRecord<CandleRevision>([], one, i, 0)).ToArray());

        Assert.Equal(3, table.Count);
        Assert.Equal(revisions.Skip(1), table.Of(Prices.Figi, Interval.OneMinute));
        Assert.Equal(1_000, table.Forgotten.ToUnixTimeMilliseconds());
    }

    private static CandleRevision Revision(long time, double close, long from, long until) => new()
    {
        Figi = Prices.Figi, Interval = Interval.OneMinute, OpenTime = DateTimeOffset.FromUnixTimeMilliseconds(time),
        Open = Price.FromDecimal((decimal)close),
        High = Price.FromDecimal((decimal)close), Low = Price.FromDecimal((decimal)close), Close = Price.FromDecimal((decimal)close), Volume = 1,
        Revision = 0, KnownFrom = DateTimeOffset.FromUnixTimeMilliseconds(from), KnownUntil = DateTimeOffset.FromUnixTimeMilliseconds(until),
    };
}
