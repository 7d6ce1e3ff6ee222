namespace StockPipeline.Bench.Websocket;

/// <summary>
/// Stretches of several servers in turn, so that whatever else the machine does meets all of them alike; of each figure the middle one of the
/// rounds counts, and of a ratio the middle one of the ratios within a round.
/// </summary>
internal sealed class Rounds(int count, TimeSpan length)
{
    private readonly Dictionary<Fanout, List<FanoutStretch>> stretches = [];

    public async Task RunAsync(int rate, params IReadOnlyList<Fanout> servers)
    {
        stretches.Clear();
        foreach (var server in servers)
            stretches[server] = [];
        for (var round = 0; round < count; round++)
        {
            foreach (var server in servers)
                stretches[server].Add(await server.StretchAsync(rate, length));
        }
    }

    public double Median(Fanout server, Func<FanoutStretch, double> figure) => Middle(stretches[server].Select(figure));

    public double MedianRatio(Fanout server, Fanout beside, Func<FanoutStretch, double> figure) =>
        Middle(stretches[server].Zip(stretches[beside], (one, other) => figure(one) / figure(other)));

    private static double Middle(IEnumerable<double> figures) => figures.Order().ElementAt(figures.Count() / 2);
}
