using System.Globalization;

namespace StockPipeline.Bench.FirstLoad;

/// <summary>Looks at the metrics of the product while it loads, as a page that shows the progress would.</summary>
internal sealed class LoadWatch(int port, long began)
{
    private readonly List<(TimeSpan At, double Left)> told = [];
    private Dictionary<string, double> seen = [];
    private TimeSpan? done;

    /// <summary>When everything was there.</summary>
    public TimeSpan DoneAt => done ?? throw new InvalidOperationException("Nothing is loaded yet.");

    /// <summary>Requests that history has made of the exchange.</summary>
    public double Requests => Sum("stockpipeline_history_fetches_total");

    public bool IsDoneFor(TimeSpan quiet) => done is { } since && Now - since > quiet;

    public async Task LookAsync()
    {
        using var http = new HttpClient();
        string text;
        try
        {
            text = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/metrics"));
        }
        catch (HttpRequestException)
        {
            // It is only just starting.
            return;
        }
        seen = text.Split('\n').Where(line => line.StartsWith("stockpipeline_", StringComparison.Ordinal))
            .Select(line => line.Split(' ')).Where(parts => parts.Length >= 2)
            .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
        var (there, wanted) = (Sum("stockpipeline_lack_candles{"), Sum("stockpipeline_lack_candles_wanted{"));
        var isDone = wanted > 0 && there >= wanted && Sum("stockpipeline_history_waiting_tasks") == 0;
        done = isDone ? done ?? Now : null;
        if (Sum("stockpipeline_history_seconds_left") is var left && !double.IsNaN(left) && left > 0)
            told.Add((Now, left));
    }

    /// <summary>By how much of the truth what was told differed most, while there was at least as much left as lies between two looks.</summary>
    public double? WorstError(TimeSpan from)
    {
        var errors = told.Where(one => one.At >= from && (DoneAt - one.At).TotalSeconds > 10)
            .Select(one => Math.Abs(one.Left - (DoneAt - one.At).TotalSeconds) / (DoneAt - one.At).TotalSeconds).ToList();
        return errors.Count == 0 ? null : errors.Max();
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Sum("stockpipeline_lack_candles{"):0} of {Sum("stockpipeline_lack_candles_wanted{"):0} candles, "
        + $"{Sum("stockpipeline_history_waiting_tasks"):0} tasks wait, {Requests:0} requests after {Now.TotalSeconds:0} s");

    private TimeSpan Now => TimeProvider.System.GetElapsedTime(began);

    private double Sum(string name) => seen.Where(one => one.Key.StartsWith(name, StringComparison.Ordinal)).Sum(one => one.Value);
}
