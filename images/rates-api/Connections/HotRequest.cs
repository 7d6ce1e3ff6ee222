using System.Buffers;

namespace StockPipeline.RatesApi.Connections;

/// <summary>
/// The one request that nearly all requests are: <c>GET /api/v1/currency_pair/?currency_pair=bitcoin-usd</c> with a head of its own and no body.
/// Everything else is for the web server.
/// </summary>
internal static class HotRequest
{
    private static readonly SearchValues<byte> OfPair = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_."u8);

    private static ReadOnlySpan<byte> WithSlash => "GET /api/v1/currency_pair/?currency_pair="u8;

    private static ReadOnlySpan<byte> WithoutSlash => "GET /api/v1/currency_pair?currency_pair="u8;

    private static ReadOnlySpan<byte> Version => " HTTP/1.1\r\n"u8;

    private static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    /// <summary>Looks at the bytes that have come.</summary>
    /// <param name="bytes">From the beginning of a request.</param>
    /// <param name="pair">The pair that is asked for.</param>
    /// <param name="length">Of the whole request.</param>
    public static HotRequestReading Read(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> pair, out int length)
    {
        pair = default;
        length = 0;
        var prefix = bytes.StartsWith(WithSlash) ? WithSlash.Length : bytes.StartsWith(WithoutSlash) ? WithoutSlash.Length : 0;
        if (prefix == 0)
        {
            return WithSlash.StartsWith(bytes) || WithoutSlash.StartsWith(bytes) ? HotRequestReading.Incomplete : HotRequestReading.Other;
        }
        var rest = bytes[prefix..];
        var end = rest.IndexOfAnyExcept(OfPair);
        if (end < 0)
            return HotRequestReading.Incomplete;
        if (end == 0 || !rest[end..].StartsWith(Version))
            return Version.StartsWith(rest[end..]) && end > 0 ? HotRequestReading.Incomplete : HotRequestReading.Other;
        pair = rest[..end];
        var headers = rest[(end + Version.Length - 2)..];
        var close = headers.IndexOf(HeadEnd);
        if (close < 0)
            return HotRequestReading.Incomplete;
        length = prefix + end + Version.Length - 2 + close + HeadEnd.Length;
        return IsPlain(headers[2..(close + 2)]) ? HotRequestReading.Hot : HotRequestReading.Other;
    }

    /// <summary>No header asks for anything but an answer: no body, no upgrade, no end of the connection.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> headers)
    {
        var hasHost = false;
        while (!headers.IsEmpty)
        {
            var end = headers.IndexOf("\r\n"u8);
            var line = end < 0 ? headers : headers[..end];
            switch (line.IsEmpty ? (byte)0 : (byte)(line[0] | 0x20))
            {
                case (byte)'h':
                    hasHost |= StartsWith(line, "host:"u8);
                    break;
                case (byte)'c' when StartsWith(line, "connection:"u8) && !Says(line, "keep-alive"u8):
                case (byte)'c' when StartsWith(line, "content-length:"u8):
                case (byte)'t' when StartsWith(line, "transfer-encoding:"u8):
                case (byte)'e' when StartsWith(line, "expect:"u8):
                case (byte)'u' when StartsWith(line, "upgrade:"u8):
                    return false;
                case (byte)' ' or (byte)'\t' or 0:
                    return false;
            }
            headers = end < 0 ? default : headers[(end + 2)..];
        }
        return hasHost;
    }

    private static bool StartsWith(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length >= name.Length && System.Text.Ascii.EqualsIgnoreCase(line[..name.Length], name);

    private static bool Says(ReadOnlySpan<byte> line, ReadOnlySpan<byte> word) =>
        System.Text.Ascii.EqualsIgnoreCase(line[(line.IndexOf((byte)':') + 1)..].Trim((byte)' '), word);
}

/// <summary>What the bytes of a connection are so far.</summary>
internal enum HotRequestReading
{
    /// <summary>The request in question, whole.</summary>
    Hot,

    /// <summary>It may become it.</summary>
    Incomplete,

    /// <summary>Another one.</summary>
    Other,
}
