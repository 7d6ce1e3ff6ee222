using System.Globalization;
using StockPipeline.Contracts.Time;
using StockPipeline.TelegramService.Market;

namespace StockPipeline.TelegramService.Chart;

/// <summary>Draws candles with their volume, and MACD below where there is one.</summary>
internal static class CandlePicture
{
    public const int Width = 1000;
    public const int Height = 640;

    private const int Right = 118;
    private const int Left = 12;
    private const int Top = 40;
    private const int PricesEnd = 430;
    private const int MacdTop = 456;
    private const int MacdEnd = 596;
    private const int Lines = 5;

    private static readonly Ink Ground = new(0x12, 0x17, 0x20);
    private static readonly Ink Grid = new(0x25, 0x2c, 0x3a);
    private static readonly Ink Text = new(0xb8, 0xc2, 0xd4);
    private static readonly Ink Up = new(0x2e, 0xbd, 0x85);
    private static readonly Ink Down = new(0xf6, 0x46, 0x5d);
    private static readonly Ink Faint = new(0x2a, 0x35, 0x48);
    private static readonly Ink Main = new(0x4f, 0x9c, 0xff);
    private static readonly Ink Signal = new(0xff, 0xb0, 0x3b);

    /// <summary>The picture as PNG.</summary>
    /// <param name="title">What it shows; written in capitals.</param>
    /// <param name="interval">Of the candles.</param>
    /// <param name="candles">At least one, oldest first.</param>
    /// <param name="macd">Of the same candles, as far as there is any.</param>
    public static byte[] Draw(
        string title, Interval interval, IReadOnlyList<(long OpenTime, Bar Row)> candles, IReadOnlyList<(long OpenTime, MacdPoint Row)> macd)
    {
        var canvas = new Canvas(Width, Height, Ground);
        var step = (double)(Width - Left - Right) / candles.Count;
        var last = candles[^1].Row;
        canvas.Write(Left, 10, $"{title}  {Number(last.Close)}", Text, 3);
        var prices = Scale.Of(candles.SelectMany(one => (double[])[one.Row.High, one.Row.Low]), Top, PricesEnd);
        DrawGrid(canvas, prices);
        DrawTimes(canvas, interval, candles, step);
        var most = Math.Max(1, candles.Max(one => one.Row.Volume));
        for (var i = 0; i < candles.Count; i++)
            DrawCandle(canvas, candles[i].Row, Left + (i * step), step, prices, (double)candles[i].Row.Volume / most);
        canvas.Fill(Width - Right + 2, (int)prices.Y(last.Close) - 9, Right - 4, 19, last.Close >= last.Open ? Up : Down);
        canvas.Write(Width - Right + 6, (int)prices.Y(last.Close) - 6, Number(last.Close), Ground);
        var places = candles.Select((one, at) => (one.OpenTime, at)).ToDictionary(one => one.OpenTime, one => one.at);
        DrawMacd(canvas, [.. macd.Where(one => places.ContainsKey(one.OpenTime)).Select(one => (places[one.OpenTime], one.Row))], step);
        return canvas.ToPng();
    }

    private static void DrawGrid(Canvas canvas, Scale scale)
    {
        for (var line = 0; line <= Lines; line++)
        {
            var value = scale.Low + ((scale.High - scale.Low) * line / Lines);
            var y = (int)scale.Y(value);
            canvas.Fill(Left, y, Width - Left - Right, 1, Grid);
            canvas.Write(Width - Right + 6, y - 6, Number(value), Text);
        }
    }

    private static void DrawTimes(Canvas canvas, Interval interval, IReadOnlyList<(long OpenTime, Bar Row)> candles, double step)
    {
        var every = Math.Max(1, candles.Count / Lines);
        for (var i = every / 2; i < candles.Count; i += every)
        {
            var x = (int)(Left + ((i + 0.5) * step));
            canvas.Fill(x, Top, 1, MacdEnd - Top, Grid);
            var at = DateTimeOffset.FromUnixTimeMilliseconds(candles[i].OpenTime);
            var text = at.ToString(interval == Interval.OneDay ? "yyyy-MM-dd" : "MM-dd HH:mm", CultureInfo.InvariantCulture);
            canvas.Write(Math.Max(Left, x - (PixelFont.WidthOf(text) / 2)), Height - 30, text, Text);
        }
    }

    private static void DrawCandle(Canvas canvas, Bar bar, double x, double step, Scale scale, double volume)
    {
        const int VolumeHeight = 60;
        var ink = bar.Close >= bar.Open ? Up : Down;
        var (from, body) = ((int)Math.Round(x + (step * 0.15)), Math.Max(1, (int)(step * 0.7)));
        canvas.Fill(from, PricesEnd - (int)(volume * VolumeHeight), body, (int)(volume * VolumeHeight), Faint);
        var (high, low) = ((int)scale.Y(bar.High), (int)scale.Y(bar.Low));
        canvas.Fill(from + (body / 2), high, 1, Math.Max(1, low - high + 1), ink);
        var (top, end) = ((int)scale.Y(Math.Max(bar.Open, bar.Close)), (int)scale.Y(Math.Min(bar.Open, bar.Close)));
        canvas.Fill(from, top, body, Math.Max(1, end - top + 1), ink);
        // What still forms is hollow.
        if (!bar.IsFinal && body > 2 && end - top > 2)
            canvas.Fill(from + 1, top + 1, body - 2, end - top - 1, Ground);
    }

    private static void DrawMacd(Canvas canvas, List<(int At, MacdPoint Row)> points, double step)
    {
        if (points.Count == 0)
            return;
        var scale = Scale.Of(points.SelectMany(one => (double[])[one.Row.Main, one.Row.Signal, one.Row.Histogram, 0]), MacdTop, MacdEnd);
        var zero = (int)scale.Y(0);
        canvas.Fill(Left, zero, Width - Left - Right, 1, Grid);
        canvas.Write(Width - Right + 6, MacdTop, "MACD", Text);
        foreach (var (at, row) in points)
        {
            var y = (int)scale.Y(row.Histogram);
            canvas.Fill(
                (int)Math.Round(Left + ((at + 0.15) * step)), Math.Min(y, zero), Math.Max(1, (int)(step * 0.7)), Math.Max(1, Math.Abs(y - zero)),
                row.Histogram >= 0 ? Up : Down);
        }
        for (var i = 1; i < points.Count; i++)
        {
            var (x0, x1) = (Left + ((points[i - 1].At + 0.5) * step), Left + ((points[i].At + 0.5) * step));
            canvas.Line(x0, scale.Y(points[i - 1].Row.Main), x1, scale.Y(points[i].Row.Main), Main);
            canvas.Line(x0, scale.Y(points[i - 1].Row.Signal), x1, scale.Y(points[i].Row.Signal), Signal);
        }
    }

    /// <summary>A number of six digits, or what is left of it.</summary>
    private static string Number(double value)
    {
        var before = Math.Abs(value) < 1 ? 1 : (int)Math.Floor(Math.Log10(Math.Abs(value))) + 1;
        var format = Math.Abs(value) is > 0 and < 0.01 ? "0.00000000" : "0." + new string('0', Math.Clamp(6 - before, 0, 4));
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    private readonly record struct Scale(double Low, double High, int Top, int End)
    {
        public static Scale Of(IEnumerable<double> values, int top, int end)
        {
            var all = values.Where(double.IsFinite).DefaultIfEmpty(0).ToList();
            var (low, high) = (all.Min(), all.Max());
            var room = high > low ? (high - low) * 0.05 : Math.Max(Math.Abs(high) * 0.01, 1e-9);
            return new Scale(low - room, high + room, top, end);
        }

        public double Y(double value) => End - ((value - Low) / (High - Low) * (End - Top));
    }
}
