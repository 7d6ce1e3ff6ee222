using StockPipeline.Hosting;
using StockPipeline.Storage.Postgres;

namespace StockPipeline.History;

/// <summary>How one replica works.</summary>
/// <param name="Database">Connection to the shared cache; null for one in memory.</param>
/// <param name="Workers">Tasks handled at the same time.</param>
internal sealed record HistorySettings(string? Database, int Workers)
{
    public static HistorySettings From(Settings settings)
    {
        // The address holds a password, so it is read as a secret and never shown.
        string? database = null;
        if (settings.Secret("DATABASE_URL") is { } address)
        {
            if (DatabaseAddress.TryParse(address.Reveal(), out var connection))
                database = connection;
            else
                settings.Reject("DATABASE_URL", DatabaseAddress.Allowed);
        }
        return new HistorySettings(database, settings.WholeNumber("HISTORY_WORKERS", 8, 1, 64));
    }
}
