using System.Globalization;
using Microsoft.Extensions.Primitives;
using StockPipeline.Fanout.Broadcasting;

namespace StockPipeline.Websocket.Connections;

/// <summary>What a client asks to see first: <c>?last=200</c> or <c>?from=2026-11-20T07:00:00Z</c>.</summary>
public static class SnapshotQuery
{
    public const int DefaultLast = 200;

    /// <returns>What is wrong, in a sentence; nothing when the query is understood.</returns>
    public static string? TryRead(IReadOnlyDictionary<string, StringValues> query, int keptCandles, out SnapshotRequest request)
    {
        request = new SnapshotRequest(Math.Min(DefaultLast, keptCandles), null);
        if (query.Keys.FirstOrDefault(key => key is not ("last" or "from")) is { } unknown)
            return $"'{unknown}' is not understood; allowed: last, from";
        if (query.ContainsKey("last") && query.ContainsKey("from"))
            return "last and from exclude each other";
        if (query.TryGetValue("last", out var last))
        {
            if (!int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > keptCandles)
                return $"last='{last}' is not a number from 0 to {keptCandles}";
            request = new SnapshotRequest(count, null);
        }
        if (query.TryGetValue("from", out var from))
        {
            if (!DateTimeOffset.TryParse(from, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
                return $"from='{from}' is not an instant such as 2026-11-20T07:00:00Z";
            request = new SnapshotRequest(0, instant.ToUnixTimeMilliseconds());
        }
        return null;
    }
}
