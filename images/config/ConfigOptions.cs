using System.ComponentModel.DataAnnotations;
using StockPipeline.Hosting.Options;

namespace StockPipeline.Config;

/// <summary>What is followed, and how far the calendar reaches.</summary>
internal sealed class ConfigOptions
{
    [ConfigurationKeyName("NEED_TICKERS_FILE")]
    public string NeedFile { get; set; } = "need_tickers.txt";

    [ConfigurationKeyName("NOT_NEED_TICKERS_FILE")]
    public string NotNeedFile { get; set; } = "not_need_tickers.txt";

    /// <summary>How often the exchange is asked which shares there are.</summary>
    [ConfigurationKeyName("SHARES_EVERY"), DurationRange("1m", "1d")]
    public TimeSpan SharesEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Days of the past that the calendar is to know.</summary>
    [ConfigurationKeyName("CALENDAR_DAYS"), Range(7, 4_000)]
    public int CalendarDays { get; set; } = 400;
}
