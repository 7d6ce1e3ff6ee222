using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Market.Contract;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Replay;

/// <summary>Reads the files of a recording.</summary>
internal sealed class RecordingReader(string folder)
{
    /// <summary>About a year of minutes of 25 lively shares; a recording is held in memory.</summary>
    public const int MaxStates = 6_000_000;

    private const long MinuteMs = 60_000;

    /// <summary>By uid: those of the file, and the built-in ones where it names none.</summary>
    public Dictionary<string, RecordedListing> Listings { get; } = ListingTable.All.ToDictionary(listing => listing.Uid, RecordedListing.Of);

    /// <summary>The uid, the open of the minute and what was recorded of it, in the order of the files.</summary>
    public List<(string Uid, long MinuteMs, RecordedCandle State)> States { get; } = [];

    public void ReadAll()
    {
        var listings = Path.Combine(folder, RecordingFiles.Listings);
        if (File.Exists(listings))
        {
            foreach (var listing in JsonSerializer.Deserialize<List<RecordedListing>>(File.ReadAllText(listings), RecordingFiles.Json) ?? [])
                Listings[listing.Uid] = listing;
        }
        foreach (var file in Directory.EnumerateFiles(folder, RecordingFiles.History).Order(StringComparer.Ordinal))
            ReadLines(file, ReadHistory);
        foreach (var file in Directory.EnumerateFiles(folder, RecordingFiles.Streams).Order(StringComparer.Ordinal))
            ReadLines(file, ReadMessage);
    }

    private void ReadLines(string file, Action<string> read)
    {
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            if (line.Length == 0)
                continue;
            try
            {
                read(line);
            }
            catch (Exception wrong) when (wrong is FormatException or OverflowException or IndexOutOfRangeException or KeyNotFoundException
                or JsonException or InvalidJsonException or InvalidProtocolBufferException or InvalidOperationException)
            {
                throw new InvalidDataException($"{file}, line {number}: {wrong.Message}", wrong);
            }
            if (States.Count > MaxStates)
                throw new InvalidDataException($"{folder} holds more than {MaxStates} candles; replay a part of it.");
        }
    }

    /// <summary><c>uid;time;open;close;high;low;volume;</c></summary>
    private void ReadHistory(string line)
    {
        var cells = line.Split(';');
        var minute = DateTimeOffset.Parse(cells[1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal)
            .ToUnixTimeMilliseconds();
        Add(cells[0], minute, new RecordedCandle(
            minute + MinuteMs, Nanos(cells[2]), Nanos(cells[4]), Nanos(cells[5]), Nanos(cells[3]),
            long.Parse(cells[6], CultureInfo.InvariantCulture)));
    }

    private void ReadMessage(string line)
    {
        using var json = JsonDocument.Parse(line);
        var at = json.RootElement.GetProperty("at").GetDateTimeOffset().ToUnixTimeMilliseconds();
        var candle = JsonParser.Default.Parse<Candle>(json.RootElement.GetProperty("candle").GetRawText());
        if (candle.Interval != SubscriptionInterval.OneMinute)
            return;
        Add(candle.InstrumentUid, candle.Time.ToDateTimeOffset().ToUnixTimeMilliseconds(), new RecordedCandle(
            at, Nanos(candle.Open), Nanos(candle.High), Nanos(candle.Low), Nanos(candle.Close), candle.Volume));
    }

    private void Add(string uid, long minute, in RecordedCandle state)
    {
        if (!Listings.ContainsKey(uid))
            throw new FormatException($"the instrument {uid} is neither built in nor in {RecordingFiles.Listings}");
        if (minute % MinuteMs != 0 || state.Volume < 0
            || state.Low > Math.Min(state.Open, state.Close) || state.High < Math.Max(state.Open, state.Close))
            throw new FormatException("this is no candle of a minute");
        States.Add((uid, minute, state));
    }

    private static long Nanos(string text) => Price.Parse(text).Nanos;

    private static long Nanos(Quotation price) => Price.FromUnits(price.Units, price.Nano).Nanos;
}
