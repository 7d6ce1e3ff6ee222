using System.Globalization;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Replay;

/// <summary>Plays a recording: the trades of every minute add up to the candle that was recorded.</summary>
internal sealed class ReplayTape : ITape
{
    private readonly Dictionary<(Figi, DateOnly), SortedDictionary<int, List<RecordedCandle>>> days;

    private ReplayTape(
        IReadOnlyList<Listing> listings, Dictionary<(Figi, DateOnly), SortedDictionary<int, List<RecordedCandle>>> days, DateTimeOffset start)
    {
        Listings = listings;
        this.days = days;
        Start = start;
    }

    public IReadOnlyList<Listing> Listings { get; }

    /// <summary>Open of the first minute recorded.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>Reads a folder that <c>record</c> wrote, or one with CSV files of the minute archive.</summary>
    /// <exception cref="InvalidDataException">A file cannot be understood; the message names it and the line.</exception>
    public static ReplayTape Read(string folder)
    {
        var reader = new RecordingReader(folder);
        reader.ReadAll();
        var days = new Dictionary<(Figi, DateOnly), SortedDictionary<int, List<RecordedCandle>>>();
        var first = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var (uid, minute, state) in reader.States)
        {
            var instant = DateTimeOffset.FromUnixTimeMilliseconds(minute);
            var key = (new Figi(reader.Listings[uid].Figi), DateOnly.FromDateTime(instant.UtcDateTime));
            if (!days.TryGetValue(key, out var minutes))
                days.Add(key, minutes = []);
            var ofDay = (int)instant.TimeOfDay.TotalMinutes;
            if (!minutes.TryGetValue(ofDay, out var states))
                minutes.Add(ofDay, states = []);
            states.Add(state);
            if (!first.TryGetValue(uid, out var known) || instant < known)
                first[uid] = instant;
        }
        if (first.Count == 0)
            throw new InvalidDataException($"There is nothing to replay in {folder}: {RecordingFiles.Expected} are expected.");
        var listings = first.Select(one => reader.Listings[one.Key].ToListing(DateOnly.FromDateTime(one.Value.UtcDateTime))).ToList();
        return new ReplayTape(listings, days, first.Values.Min());
    }

    public IDayTape Day(Listing listing, DateOnly date) => new RecordedDay(date, days.GetValueOrDefault((listing.Figi, date)) ?? []);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Listings.Count} listings from {Start:O}");

    private sealed class RecordedDay(DateOnly date, SortedDictionary<int, List<RecordedCandle>> minutes) : IDayTape
    {
        private readonly long midnightMs = new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();

        public (int From, int To) Minutes { get; } = minutes.Count == 0 ? default : (minutes.Keys.First(), minutes.Keys.Last() + 1);

        public void Read(int minuteOfDay, List<Trade> trades)
        {
            if (minutes.TryGetValue(minuteOfDay, out var states))
                RecordedTrades.Append(midnightMs + (minuteOfDay * 60_000L), states, trades);
        }
    }
}

/// <summary>A market that was recorded.</summary>
internal sealed class ReplayMarket(ReplayTape tape) : ReferenceMarket(tape)
{
    public DateTimeOffset Start { get; } = tape.Start;
}
