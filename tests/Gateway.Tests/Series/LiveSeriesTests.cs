using System.Text;
using StockPipeline.Gateway.Series;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.GatewayTests.Series;

public sealed class LiveSeriesTests(ITestOutputHelper output)
{
    [Fact]
    public void Rows_stand_in_order_of_time_whatever_the_order_they_come_in()
    {
        var (topic, series) = Make(10);

        foreach (var minute in new[] { 5, 1, 3, 2, 4 })
            series.Set(Row(minute, minute), Numbers(minute));

        Assert.Equal([1L, 2, 3, 4, 5], Minutes(series.Last(10)));
        Assert.Equal(5, topic.Find(Prices.Figi)!.Count);
    }

    [Fact]
    public void One_row_more_than_the_limit_pushes_out_the_oldest_and_an_older_one_is_not_taken()
    {
        var (_, series) = Make(3);

        for (var minute = 1; minute <= 4; minute++)
            series.Set(Row(minute, minute), Numbers(minute));
        series.Set(Row(1, 9), Numbers(1));

        Assert.Equal([2L, 3, 4], Minutes(series.Last(10)));
        Assert.False(series.Reaches(5));
        Assert.True(series.Reaches(9));
    }

    [Fact]
    public void What_a_row_says_already_is_no_change()
    {
        var (_, series) = Make(10);
        series.Set(Row(1, 1), Numbers(7));

        series.Set(Row(1, 3), Numbers(7));

        Assert.Equal(1, series.Head);
    }

    [Fact]
    public void Who_is_behind_gets_the_newest_state_of_each_row_and_each_removal_in_order()
    {
        var (_, series) = Make(100);
        series.Add(new Deaf());
        for (var i = 0; i < 60; i++)
            series.Set(Row(i % 3, (2 * i) + 1), Numbers(i));
        series.Remove(Prices.TimeOf(1), 201);

        var found = new List<Change>();
        series.After(1, 100, found);

        Assert.Equal(["\"close\":57", "\"close\":59", "\"type\":\"removed\""], found.Select(change => Part(change.Text)));
    }

    [Fact]
    public void Who_has_all_but_the_last_changes_gets_each_of_them()
    {
        var (_, series) = Make(100);
        series.Add(new Deaf());
        for (var i = 0; i < 6; i++)
            series.Set(Row(1, (2 * i) + 1), Numbers(i));

        var found = new List<Change>();
        series.After(5, 100, found);

        Assert.Equal(["\"close\":3", "\"close\":4", "\"close\":5"], found.Select(change => Part(change.Text)));
    }

    [Fact]
    public void A_row_taken_away_twice_is_told_to_who_was_told_up_to_in_between()
    {
        var (_, series) = Make(100);
        series.Add(new Deaf());
        series.Set(Row(1, 1), Numbers(1));
        series.Set(Row(2, 3), Numbers(2));
        series.Remove(Prices.TimeOf(1), 5);
        for (var i = 0; i < 20; i++)
            series.Set(Row(2, 7 + (2 * i)), Numbers(10 + i));
        series.Set(Row(3, 101), Numbers(3));
        series.Remove(Prices.TimeOf(1), 103);

        Assert.Contains("\"type\":\"removed\"", Told(series, from: 3, atOnce: 1).Select(change => Part(change.Text)));
    }

    [Fact]
    public void The_removal_of_a_row_that_a_compacted_topic_no_longer_has_is_told_to_who_resumes_from_before()
    {
        var (_, series) = Make(100);
        series.Remove(Prices.TimeOf(1), 5);

        Assert.Equal(["\"type\":\"removed\""], Told(series, from: 3, atOnce: 1).Select(change => Part(change.Text)));
        Assert.Equal(5, series.Head);
    }

    [Fact]
    public void In_however_small_pieces_and_from_whatever_position_what_is_told_ends_in_what_there_is()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        var (_, series) = Make(100);
        series.Add(new Deaf());
        var clients = Enumerable.Range(0, 5).Select(_ => (Position: 0L, Rows: new SortedDictionary<string, string>())).ToArray();
        for (var step = 1; step <= 5_000; step++)
        {
            if (random.Next(3) == 0)
                series.Remove(Prices.TimeOf(random.Next(12)), (2 * step) + 1);
            else
                series.Set(Row(random.Next(12), (2 * step) + 1), Numbers(step));
            ref var client = ref clients[random.Next(clients.Length)];
            if (random.Next(8) == 0)
                client.Position = Take(client.Rows, Told(series, client.Position, random.Next(1, 4), pieces: random.Next(1, 6)), client.Position);
        }

        foreach (var (position, rows) in clients)
        {
            Take(rows, Told(series, position, atOnce: 2), position);
            Assert.Equal(
                series.Look(table => Enumerable.Range(0, table.Count).Select(i => $"\"close\":{table.Numbers(i)[3]}").ToList()), rows.Values);
        }
    }

    [Fact]
    public void A_repair_is_said_ahead_of_its_values()
    {
        var (_, series) = Make(100);
        series.Set(Row(1, 1), Numbers(1));
        series.Announce(2, 7, Prices.TimeOf(1), Prices.TimeOf(2));
        series.Set(Row(1, 3), Numbers(2));

        var found = new List<Change>();
        series.After(1, 100, found);

        Assert.Equal(2, found.Count);
        Assert.StartsWith("\"type\":\"repair\",\"epoch\":7", Encoding.UTF8.GetString(found[0].Text), StringComparison.Ordinal);
    }

    [Fact]
    public void All_who_ask_between_two_changes_share_one_text()
    {
        var (_, series) = Make(100);
        series.Set(Row(1, 1), Numbers(1));
        series.Set(Row(2, 3), Numbers(2));

        Assert.Same(series.Last(2), series.Last(1));
        var before = series.Last(2);
        series.Set(Row(2, 5), Numbers(3));
        Assert.NotSame(before, series.Last(2));
    }

    [Fact]
    public void A_text_made_out_of_the_one_before_says_what_one_made_anew_would_say()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        // More than twice the rows of a piece, so that pieces are taken over, cut at the beginning and at the end.
        var (_, series) = Make(150);
        for (var step = 1; step <= 2_500; step++)
        {
            if (random.Next(6) == 0)
                series.Remove(Prices.TimeOf(random.Next(300)), (2 * step) + 1);
            else
                series.Set(Row(random.Next(300), (2 * step) + 1), Numbers(step));
            if (random.Next(3) > 0)
                continue;
            var block = series.Last(random.Next(1, 200));
            var anew = series.Look(table => Enumerable.Range(table.Count - block.Count, block.Count)
                .Select(i => (table[i].Time, Close: $"\"close\":{table.Numbers(i)[3]}")).ToList());
            Assert.Equal(anew, Enumerable.Range(0, block.Count).Select(i => (block.TimeAt(i), Part(block[i].ToArray()))));
            Assert.Equal(series.Head, block.Position);
        }
    }

    /// <summary>What a client after a position is told, piece by piece as far as it goes.</summary>
    private static List<Change> Told(LiveSeries series, long from, int atOnce, int pieces = int.MaxValue)
    {
        var (told, piece) = (new List<Change>(), new List<Change>());
        for (; pieces > 0; pieces--)
        {
            piece.Clear();
            series.After(from, atOnce, piece);
            if (piece.Count == 0)
                break;
            // A turn may end within what was found.
            from = piece[0].Position;
            told.Add(piece[0]);
        }
        return told;
    }

    private static long Take(SortedDictionary<string, string> rows, List<Change> told, long position)
    {
        foreach (var change in told)
        {
            var time = Encoding.UTF8.GetString(change.Text).Split(',').First(part => part.StartsWith("\"time\"", StringComparison.Ordinal)).Trim('}');
            if (Part(change.Text) is var part && part.StartsWith("\"close\"", StringComparison.Ordinal))
                rows[time] = part;
            else
                rows.Remove(time);
            position = change.Position;
        }
        return position;
    }

    private static (SeriesTopic Topic, LiveSeries Series) Make(int kept)
    {
        var topic = Prices.Topic(kept);
        topic.GoLive("id");
        return (topic, topic.Get(Prices.Figi, "SBER"));
    }

    private static IEnumerable<long> Minutes(RowBlock block) => Enumerable.Range(0, block.Count).Select(i => block.TimeAt(i) / 60_000);

    private static Row Row(int minute, long position) => new(Prices.TimeOf(minute), position, 0, 0, true);

    private static double[] Numbers(double close) => [close, close, close, close, 1];

    private static string Part(byte[] text) => Encoding.UTF8.GetString(text).Split(',').First(part =>
        part.StartsWith("\"close\"", StringComparison.Ordinal) || part.StartsWith("\"type\"", StringComparison.Ordinal));

    private sealed class Deaf : IListener
    {
        public void Signal()
        {
        }
    }
}
