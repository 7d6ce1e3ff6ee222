using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Simulator.Market;

/// <summary>The built-in listings: true tickers of the Moscow Exchange; identifiers nobody published are made up from the ticker.</summary>
internal static class ListingTable
{
    private const string Resource = "StockPipeline.Simulator.Market.shares.csv";

    private const string MainBoard = "TQBR";

    private static readonly DateOnly MinuteHistoryBegins = new(2018, 3, 7);

    /// <summary>Shares that came to the exchange late, so that history ends early for some.</summary>
    private static readonly Dictionary<string, DateOnly> LateArrivals = new()
    {
        ["YDEX"] = new(2024, 7, 24), ["T"] = new(2024, 11, 28), ["HEAD"] = new(2024, 9, 26), ["X5"] = new(2025, 1, 9), ["RAGR"] = new(2025, 2, 17),
        ["OZPH"] = new(2024, 10, 17), ["CNRU"] = new(2025, 4, 3), ["JETL"] = new(2025, 3, 21), ["GLRX"] = new(2025, 10, 31),
        ["DOMRF"] = new(2025, 11, 20), ["BAZA"] = new(2025, 12, 10),
    };

    private static readonly HashSet<string> Dead = ["POLY", "HHRU", "DSKY", "FIXP", "MOTZ", "ALNU", "QIWI"];

    public static IReadOnlyList<Listing> All { get; } = Read();

    private static List<Listing> Read()
    {
        using var stream = typeof(ListingTable).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is not in the assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(Parse)];
    }

    private static Listing Parse(string line)
    {
        var cells = line.TrimEnd('\r').Split(';');
        var (ticker, board) = (cells[0], cells[1]);
        var name = $"{ticker}_{board}";
        return new Listing
        {
            Ticker = ticker,
            ClassCode = board,
            Name = cells[2],
            Lot = int.Parse(cells[3], CultureInfo.InvariantCulture),
            MinPriceIncrement = Price.Parse(cells[4]),
            TypicalPrice = Price.Parse(cells[5]),
            TradesPerMinute = double.Parse(cells[6], CultureInfo.InvariantCulture),
            Exchange = cells[7],
            Currency = cells[8],
            Figi = new Figi(cells[9].Length > 0 ? cells[9] : MadeUpFigi(name)),
            Uid = cells[10].Length > 0 ? cells[10] : MadeUpUid(name),
            Isin = cells[11].Length > 0 ? cells[11] : $"XS{Digest(name)[..10]}",
            Since = LateArrivals.GetValueOrDefault(ticker, MinuteHistoryBegins),
            ApiTradeAvailable = board != "SMAL" && !Dead.Contains(ticker)
                && (board == MainBoard || board.StartsWith("SPB", StringComparison.Ordinal)),
        };
    }

    /// <summary>TCS marks the identifiers that the broker gave and not the FIGI authority.</summary>
    private static string MadeUpFigi(string name) => $"TCS{Digest(name)[..9]}";

    public static string MadeUpUid(string name)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(name))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    private static string Digest(string name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}

/// <summary>Finds a listing by any of the identifiers that the API takes.</summary>
internal sealed class ListingIndex
{
    private readonly Dictionary<string, Listing> byId = new(StringComparer.Ordinal);

    public ListingIndex(IReadOnlyList<Listing> listings)
    {
        // In the order of precedence: a uid wins over a FIGI, that over ticker and board.
        foreach (var listing in listings)
            byId.TryAdd(listing.Uid, listing);
        foreach (var listing in listings)
            byId.TryAdd(listing.Figi.Value, listing);
        foreach (var listing in listings)
            byId.TryAdd(listing.TickerAndClass, listing);
    }

    public Listing? Find(string id) => byId.GetValueOrDefault(id);
}
