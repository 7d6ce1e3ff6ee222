using System.Text;
using System.Text.Json;
using StockPipeline.Contracts.Rates;

namespace StockPipeline.Rates.Sources.CoinGecko;

/// <summary>
/// CoinGecko's averages over all markets: one request for all pairs of all rows. Its answers are cached for a minute, and only the time they
/// give on request tells how old a price is: a price without one is not taken.
/// </summary>
internal sealed class CoinGeckoSimplePrice : PollModule
{
    private const string Path = "/simple/price";

    private const int MostIds = 500;

    public override string Name => "coingecko-simple-price";

    public override IReadOnlyList<string> Aliases => [Rows.StartupRows.CoinGeckoTask];

    /// <summary>A minute of their cache, a minute of ours, and some slack.</summary>
    public override TimeSpan UsualMaxAge => TimeSpan.FromSeconds(180);

    /// <summary>Without a key an address has 5 to 15 requests a minute, shared with whoever else is behind it.</summary>
    public override PollRules Rules { get; } = new() { Every = TimeSpan.FromSeconds(30), WeightPerMinute = 5 };

    public override string? Read(Uri url, IReadOnlyList<RatePair> pairs, ICollection<AskedFeed> feeds)
    {
        if (!url.AbsolutePath.EndsWith(Path, StringComparison.Ordinal))
            return $"url '{url}' does not end in {Path}";
        foreach (var pair in pairs)
            feeds.Add(new AskedFeed($"{pair.Base}/{pair.Quote}", pair.Base, pair, pair));
        return null;
    }

    public override IReadOnlyList<PollRequest> Requests(Uri url, IReadOnlyList<string> feeds)
    {
        var requests = new List<PollRequest>();
        foreach (var ids in feeds.GroupBy(feed => feed[..feed.IndexOf('/', StringComparison.Ordinal)], StringComparer.Ordinal).Chunk(MostIds))
        {
            var asked = ids.SelectMany(id => id).ToList();
            var quotes = asked.Select(feed => feed[(feed.IndexOf('/', StringComparison.Ordinal) + 1)..]).Distinct().Order(StringComparer.Ordinal);
            var query = $"ids={Uri.EscapeDataString(string.Join(',', ids.Select(id => id.Key)))}"
                + $"&vs_currencies={Uri.EscapeDataString(string.Join(',', quotes))}&include_last_updated_at=true&precision=full";
            requests.Add(new PollRequest(new Uri(url, $"{url.AbsolutePath}?{query}"), 1, asked));
        }
        return requests;
    }

    public override void Take(ReadOnlySpan<byte> body, IReadOnlyList<string> feeds, IFrameSink sink)
    {
        var missing = feeds.ToHashSet(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(body);
        try
        {
            reader.Read();
            JsonValues.ExpectObject(ref reader);
            while (JsonValues.NextProperty(ref reader, out var name))
            {
                var id = Encoding.UTF8.GetString(name);
                JsonValues.ExpectObject(ref reader);
                ReadCoin(id, ref reader, missing, sink);
            }
        }
        catch (JsonException broken)
        {
            throw new FormatException($"the answer is no JSON: {broken.Message}", broken);
        }
        foreach (var feed in missing)
            sink.TakeStatus(feed, RateStatus.Gone, $"CoinGecko's answer has no {feed}");
    }

    /// <summary>Errors have one of three shapes, or are a page of the network before it.</summary>
    public override Refusal Refuse(int status, TimeSpan? retryAfter, ReadOnlySpan<byte> body)
    {
        var text = Refusal.OneLine(body);
        // Keys of the wrong plan, or none where one is needed: asking again changes nothing.
        return text.Contains("\"error_code\":100", StringComparison.Ordinal)
            ? new Refusal(RefusalKind.Barred, TimeSpan.FromMinutes(10), text)
            : Refusal.Of(status, retryAfter, text);
    }

    public override string KeyHeader(Uri url) =>
        url.Host.StartsWith("pro-", StringComparison.OrdinalIgnoreCase) ? "x-cg-pro-api-key" : "x-cg-demo-api-key";

    private static void ReadCoin(string id, ref Utf8JsonReader reader, HashSet<string> missing, IFrameSink sink)
    {
        long? updated = null;
        var prices = new List<(string Feed, decimal Price)>();
        while (JsonValues.NextProperty(ref reader, out var name))
        {
            if (name.SequenceEqual("last_updated_at"u8))
            {
                updated = reader.TokenType == JsonTokenType.Null ? null : JsonValues.Whole(ref reader);
                continue;
            }
            var feed = $"{id}/{Encoding.UTF8.GetString(name)}";
            if (missing.Remove(feed) && JsonValues.OptionalDecimal(ref reader) is { } price and > 0)
                prices.Add((feed, price));
            else
                reader.Skip();
        }
        foreach (var (feed, price) in prices)
        {
            if (updated is { } seconds)
                sink.Take(feed, new Tick(price, null, null, RateKind.Average, JsonValues.Instant(seconds * 1000), seconds));
            else
                sink.Refused($"CoinGecko does not say how old {feed} is");
        }
    }
}
