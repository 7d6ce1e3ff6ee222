using StockPipeline.Bench.Measure;

namespace StockPipeline.Bench.Websocket;

/// <summary>
/// Stretches of several servers in turn, so that whatever else the machine does meets all of them alike; of each figure the middle one of the
/// rounds counts, and of a ratio the middle one of the ratios within a round.
/// </summary>
internal sealed class Rounds
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(3);

    private readonly Dictionary<Fanout, List<FanoutStretch>> stretches = [];
    private readonly int rate;

    private Rounds(int rate) => this.rate = rate;

    /// <param name="rate">Messages a second, each to all.</param>
    /// <param name="warmUp">For how long each server broadcasts so before anything counts.</param>
    /// <param name="count">How many rounds there are.</param>
    /// <param name="servers">In this order in each round.</param>
    public static async Task<Rounds> RunAsync(int rate, TimeSpan warmUp, int count, params IReadOnlyList<Fanout> servers)
    {
        var rounds = new Rounds(rate);
        foreach (var server in servers)
        {
            rounds.stretches[server] = [];
            await server.StretchAsync(rate, warmUp);
        }
        for (var round = 0; round < count; round++)
        {
            foreach (var server in servers)
                rounds.stretches[server].Add(await server.StretchAsync(rate, Length));
        }
        return rounds;
    }

    public double Median(Fanout server, Figure figure) => Middle(stretches[server].Select(figure.Of));

    /// <summary>Some figures of a server, each with its bar where it has one.</summary>
    public void Say(Report report, Fanout server, params IEnumerable<(Figure Figure, Bar? Bar)> figures)
    {
        report.Say(rate == 0 ? $"{server.Name}, as fast as the clients take them" : $"{server.Name}, {rate} messages/s to {Fanout.Clients}");
        foreach (var (figure, bar) in figures)
            report.Add($"  {figure.Name}", Median(server, figure), figure.Unit, bar);
    }

    /// <summary>How a figure of one server stands to that of another.</summary>
    public void SayRatio(Report report, Fanout server, Fanout beside, Figure figure, Bar bar) =>
        report.AddRatio($"  {figure.Name}, beside {beside.Name}",
            Middle(stretches[server].Zip(stretches[beside], (one, other) => figure.Of(one) / figure.Of(other))), bar);

    private static double Middle(IEnumerable<double> figures) => figures.Order().ElementAt(figures.Count() / 2);
}
