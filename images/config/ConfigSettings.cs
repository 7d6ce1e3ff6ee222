using StockPipeline.Hosting;

namespace StockPipeline.Config;

/// <summary>Where the ticker files are and how often things are looked at.</summary>
internal sealed record ConfigSettings(string NeedFile, string NotNeedFile, TimeSpan SharesEvery, int CalendarDays)
{
    public static ConfigSettings From(Settings settings) => new(
        settings.Text("NEED_TICKERS_FILE", "need_tickers.txt"),
        settings.Text("NOT_NEED_TICKERS_FILE", "not_need_tickers.txt"),
        settings.Duration("SHARES_EVERY", TimeSpan.FromHours(1), TimeSpan.FromMinutes(1), TimeSpan.FromDays(1)),
        settings.WholeNumber("CALENDAR_DAYS", 400, 7, 4_000));
}
