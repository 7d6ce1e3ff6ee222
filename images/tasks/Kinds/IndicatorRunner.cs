using System.Text.Json;
using StockPipeline.Calendar;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Series;
using StockPipeline.TaskWorkers.Reading;
using StockPipeline.TaskWorkers.Running;
using StockPipeline.Tasks.Kinds;
using StockPipeline.Workers;

namespace StockPipeline.TaskWorkers.Kinds;

/// <summary>Any indicator with any parameters over all candles of one instrument: the same code that calculates the live values.</summary>
internal sealed class IndicatorRunner(CandleScan candles, Func<ConfigSnapshot> config) : ITaskRunner
{
    private static readonly TimeRange Always = new(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);

    public TaskKind Kind => TaskKinds.Indicator;

    public async Task<TaskOutcome> RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var known = config();
        var instrument = known.Find(run.Parameters.Text("instrument"));
        var interval = run.Parameters.Interval("interval");
        var indicator = IndicatorCatalogue.Parse(run.Parameters.Text("indicator"));
        var bars = await candles.ReadAsync(instrument.Figi, interval, Always, finalOnly: false, cancellationToken);
        var values = Calculate(indicator, bars, known.Calendar.Of(instrument), interval);
        return TaskOutcome.Of(Write(instrument, interval, indicator, values, run.Parameters.Instant("from")));
    }

    /// <summary>Every value there is, in order of time; sessions begin when the exchange says so.</summary>
    internal static ValueChanges Calculate(Indicator indicator, ReadOnlySpan<Bar> bars, ExchangeSchedule sessions, Interval interval)
    {
        var fields = indicator.Description.Fields;
        var series = new CandleSeries(fields, Math.Max(1, bars.Length), 1);
        foreach (var bar in bars)
        {
            series.Set(new CandleRow(
                bar.OpenMs, Price.FromNanos(bar.Close), Number(bar.Open), Number(bar.High), Number(bar.Low), bar.Volume, bar.Final)
            {
                Session = fields.HasFlag(CandleFields.Session) ? SessionOf(bar.OpenMs) : 0,
            });
        }
        var values = new ValueChanges(indicator.Description.Lines.Count);
        indicator.Series().Replay(series, new Scratch(fields), values);
        return values;

        static double Number(long nanos) => Price.FromNanos(nanos).ToDouble();

        long SessionOf(long openMs) =>
            sessions.SessionStart(DateTimeOffset.FromUnixTimeMilliseconds(openMs), interval.Length)?.ToUnixTimeMilliseconds() ?? 0;
    }

    private static string Write(Instrument instrument, Interval interval, Indicator indicator, ValueChanges values, DateTimeOffset? from)
    {
        var description = indicator.Description;
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("figi", instrument.Figi.Value);
            json.WriteString("ticker", instrument.Ticker);
            json.WriteString("interval", interval.Name);
            json.WriteString("indicator", indicator.ToString());
            json.WriteString("title", description.Title);
            json.WriteBoolean("overlay", description.IsOverlay);
            json.WriteStartArray("levels");
            foreach (var level in description.Levels)
                json.WriteNumberValue(level);
            json.WriteEndArray();
            json.WriteStartArray("lines");
            foreach (var line in description.Lines)
            {
                json.WriteStartObject();
                json.WriteString("name", line.Name);
                json.WriteString("style", JsonNamingPolicy.CamelCase.ConvertName(line.Style.ToString()));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("rows");
            for (var index = 0; index < values.Count; index++)
            {
                if (from is null || values[index].OpenTime >= from.Value.ToUnixTimeMilliseconds())
                    WriteRow(json, description, values[index], values.LinesOf(index));
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void WriteRow(Utf8JsonWriter json, IndicatorDescription description, in ValueChange value, ReadOnlySpan<double> lines)
    {
        json.WriteStartObject();
        json.WriteString("time", DateTimeOffset.FromUnixTimeMilliseconds(value.OpenTime));
        json.WriteNumber("close", value.Close.ToDecimal());
        for (var line = 0; line < lines.Length; line++)
        {
            var name = description.Lines[line].Name;
            if (double.IsFinite(lines[line]))
                json.WriteNumber(name, lines[line]);
            else
                json.WriteNull(name);
        }
        json.WriteBoolean("final", value.Final);
        json.WriteEndObject();
    }
}
