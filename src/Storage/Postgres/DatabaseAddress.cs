using Npgsql;

namespace StockPipeline.Storage.Postgres;

/// <summary>Where the database is, as users write it: a <c>postgres://</c> URL or Npgsql's own key and value pairs.</summary>
public static class DatabaseAddress
{
    public const string Allowed = "postgres://user:password@host:port/database, or Host=…;Username=…;Password=…;Database=…";

    /// <returns>False when the text is neither.</returns>
    public static bool TryParse(string text, out string connection)
    {
        connection = "";
        try
        {
            connection = text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal)
                ? FromUrl(new Uri(text))
                : new NpgsqlConnectionStringBuilder(text).ConnectionString;
            return connection.Length > 0;
        }
        // A key that it does not know is one failure with a value and another without.
        catch (Exception wrong) when (wrong is ArgumentException or KeyNotFoundException or UriFormatException or FormatException)
        {
            return false;
        }
    }

    private static string FromUrl(Uri url)
    {
        if (url.Host.Length == 0)
            throw new FormatException("the URL names no host");
        var user = url.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder { Host = url.Host, Port = url.Port > 0 ? url.Port : 5432 };
        if (user[0].Length > 0)
            builder.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1)
            builder.Password = Uri.UnescapeDataString(user[1]);
        var database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/'));
        if (database.Length > 0)
            builder.Database = database;
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = pair.Split('=', 2) is [var left, var right] ? (left, Uri.UnescapeDataString(right)) : (pair, "");
            builder[name == "sslmode" ? "SSL Mode" : name] = value;
        }
        return builder.ConnectionString;
    }
}
