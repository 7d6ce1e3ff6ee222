using System.Globalization;
using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Contracts.Keys;

/// <summary>Key of the configuration topic: a FIGI for an instrument, <c>calendar/date/exchange</c> for a trading day.</summary>
public readonly record struct ConfigKey
{
    private const string CalendarPrefix = "calendar/";

    private ConfigKey(Figi? figi, DateOnly date, string exchange)
    {
        Figi = figi;
        Date = date;
        Exchange = exchange;
    }

    /// <summary>Set for an instrument, unset for a trading day.</summary>
    public Figi? Figi { get; }

    public DateOnly Date { get; }

    public string Exchange { get; }

    public bool IsInstrument => Figi is not null;

    public static ConfigKey Of(Figi figi) => new(figi, default, "");

    public static ConfigKey Of(DateOnly date, string exchange) => new(null, date, exchange);

    public override string ToString() => Figi is { } figi
        ? figi.Value
        : string.Create(CultureInfo.InvariantCulture, $"{CalendarPrefix}{Date:yyyy-MM-dd}/{Exchange}");

    public static ConfigKey Parse(string text)
    {
        if (!text.StartsWith(CalendarPrefix, StringComparison.Ordinal))
            return Instruments.Figi.TryParse(text, out var figi) ? Of(figi) : throw Unreadable(text);
        var parts = text.Split('/', 3);
        return parts.Length == 3 && parts[2].Length > 0 && DateOnly.TryParseExact(parts[1], "yyyy-MM-dd", CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var date)
            ? Of(date, parts[2])
            : throw Unreadable(text);
    }

    private static FormatException Unreadable(string text) => new($"'{text}' is not a configuration key: FIGI or calendar/date/exchange is expected");
}
