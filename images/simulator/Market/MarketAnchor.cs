using System.Globalization;

namespace StockPipeline.Simulator.Market;

/// <summary>
/// Where the simulated market's time stands. It begins on a trading day in the middle of the main session, so that there is something to see
/// at any hour of any day, and from then on goes as the machine's clock does, also while nothing runs: the kept data then stays true.
/// </summary>
public static class MarketAnchor
{
    /// <summary>Ten in the morning UTC is one in the afternoon in Moscow.</summary>
    private static readonly TimeSpan MiddleOfTheDay = TimeSpan.FromHours(10);

    /// <summary>The market's time now; the first call makes <paramref name="file"/>, which all later ones go by.</summary>
    public static DateTimeOffset Now(string file, double speed, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            File.WriteAllText(file, $"{Text(now)} {Text(Begin(now))}");
        }
        var parts = File.ReadAllText(file).Split(' ');
        if (parts.Length != 2 || !TryRead(parts[0], out var machine) || !TryRead(parts[1], out var market))
        {
            throw new InvalidOperationException(
                $"{file} does not tell where the market's time stands; delete it, and the data gathered with it, to begin anew.");
        }
        return market + ((now - machine) * speed);
    }

    /// <summary>The middle of the newest weekday that is not in the future.</summary>
    private static DateTimeOffset Begin(DateTimeOffset now)
    {
        var day = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero) + MiddleOfTheDay;
        while (day > now || day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
            day = day.AddDays(-1);
        return day;
    }

    private static string Text(DateTimeOffset instant) => instant.ToString("O", CultureInfo.InvariantCulture);

    private static bool TryRead(string text, out DateTimeOffset instant) =>
        DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out instant);
}
