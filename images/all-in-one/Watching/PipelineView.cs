using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace StockPipeline.AllInOne.Watching;

/// <summary>Shows a snapshot: as a few rows that are drawn over again, or as one line where nothing can be drawn over.</summary>
internal static class PipelineView
{
    public const string Keys = "o open the page   l show the log   q stop";
    public const string AllThere = "all websockets have values";

    private const int BarWidth = 24;

    /// <param name="now">What is shown.</param>
    /// <param name="log">The newest lines of the log, where they are asked for.</param>
    /// <param name="width">Of the terminal: what does not fit in a line of it is cut.</param>
    public static IRenderable Draw(PipelineSnapshot now, IReadOnlyList<string>? log, int width)
    {
        var rows = new List<IRenderable> { Sockets(now), History(now), Figures(now, width) };
        if (log is not null)
            rows.AddRange(log.Select(line => new Text(Cut(line, width), new Style(Color.Grey))));
        rows.Add(new Text(Keys, new Style(Color.Grey)));
        return new Rows(rows);
    }

    /// <summary>The same in a line of plain text.</summary>
    public static string Line(PipelineSnapshot now)
    {
        var history = now.HasHistory
            ? string.Create(CultureInfo.InvariantCulture, $"history {Share(now) * 100:F0} %")
                + (now.HistoryLeft is { } left ? $", {Short(left)} left" : "")
            : "history not begun";
        var repair = now.LastCorrection is { } at ? string.Create(CultureInfo.InvariantCulture, $", last repair {at:HH:mm:ss}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Short(now.Running)}: {history}, {now.ValuesPerSecond:F0} values/s, {now.Clients} clients, {now.OpenGaps} gaps open{repair}, "
            + $"{now.Problems} warnings");
    }

    private static Markup Sockets(PipelineSnapshot now)
    {
        var said = now.Sockets.Select(socket => socket.After is { } after
            ? string.Create(CultureInfo.InvariantCulture, $"[green]{Markup.Escape(socket.Name)}[/] after {after.TotalSeconds:F1} s {socket.Url}")
            : $"[yellow]{Markup.Escape(socket.Name)}[/] no value yet");
        return new Markup($"{(now.HasAllValues ? AllThere : "first values")}: {string.Join(", ", said)}");
    }

    private static IRenderable History(PipelineSnapshot now)
    {
        if (!now.HasHistory)
            return new Text("history: the instruments are being read ...");
        if (!now.IsLoading)
            return new Text(string.Create(CultureInfo.InvariantCulture, $"history: all {now.History.Sum(one => one.Wanted):#,0} candles are there"));
        var table = new Grid().AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) })
            .AddColumn(new GridColumn { NoWrap = true }).AddColumn(new GridColumn { NoWrap = true, Alignment = Justify.Right });
        foreach (var one in now.History.Where(one => one.Wanted > 0))
        {
            var full = (int)Math.Round(one.Share * BarWidth);
            table.AddRow(
                new Text(one.Interval),
                new Markup($"[green]{new string('█', full)}[/][grey]{new string('░', BarWidth - full)}[/]"),
                new Text(string.Create(CultureInfo.InvariantCulture, $"{one.There:#,0} of {one.Wanted:#,0} candles")));
        }
        var left = now.HistoryLeft is { } time ? $"history: {Short(time)} left at the pace of the exchange's quota" : "history: being loaded";
        return new Rows(new Text(left), table);
    }

    private static IRenderable Figures(PipelineSnapshot now, int width)
    {
        var repair = now.LastCorrection is { } at
            ? string.Create(CultureInfo.InvariantCulture, $"last repair {at:HH:mm:ss} ({now.Corrections:#,0} candles corrected)") : "no repair yet";
        var gaps = string.Create(CultureInfo.InvariantCulture, $"[{(now.OpenGaps > 0 ? "yellow" : "green")}]{now.OpenGaps:#,0}[/] gaps open");
        var figures = new Markup(string.Create(
            CultureInfo.InvariantCulture,
            $"[green]{now.ValuesPerSecond:#,0}[/] values/s   [green]{now.Clients}[/] clients   {gaps}   {repair}   running {Short(now.Running)}"));
        return now.Problems == 0
            ? figures
            : new Rows(figures, new Text(
                Cut(string.Create(CultureInfo.InvariantCulture, $"{now.Problems:#,0} warnings, the last: {now.LastProblem}"), width),
                new Style(Color.Yellow)));
    }

    private static string Cut(string line, int width) => line.Length < width ? line : string.Concat(line.AsSpan(0, Math.Max(1, width) - 1), "…");

    private static double Share(PipelineSnapshot now) =>
        now.History.Sum(one => (double)one.There) / Math.Max(1, now.History.Sum(one => (double)one.Wanted));

    private static string Short(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min")
        : time.TotalMinutes >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalSeconds):F0} s");
}
