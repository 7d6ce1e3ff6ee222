using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace StockPipeline.Websocket.Connections;

/// <summary>The head of a websocket's opening handshake (RFC 6455, section 4.2), as far as a broadcaster needs it.</summary>
public sealed class UpgradeRequest
{
    /// <summary>A longer head is left to the web server, which refuses it.</summary>
    public const int MaxHead = 8 << 10;

    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private readonly Dictionary<string, string> headers;

    private UpgradeRequest(string path, string query, Dictionary<string, string> headers)
    {
        Path = path;
        Query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(query);
        this.headers = headers;
    }

    public string Path { get; }

    public Dictionary<string, StringValues> Query { get; }

    /// <summary>What is wrong with the handshake, in a sentence; nothing when it is right.</summary>
    public string? Problem =>
        Header("Sec-WebSocket-Version") != "13" ? "Sec-WebSocket-Version must be 13"
        : !IsKey(Header("Sec-WebSocket-Key")) ? "Sec-WebSocket-Key must be 16 bytes in base64"
        : null;

    /// <summary>What the server answers to the client's key.</summary>
    public string Accept =>
#pragma warning disable CA5350 // The handshake names SHA-1; it proves understanding of the protocol and protects nothing.
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(Header("Sec-WebSocket-Key") + AcceptSuffix)));
#pragma warning restore CA5350

    /// <summary>Looks at the first bytes of a connection.</summary>
    /// <returns>Complete once the whole head is there or it is clear that it is no websocket's.</returns>
    public static bool TryRead(ReadOnlySequence<byte> bytes, out UpgradeRequest? request)
    {
        request = null;
        var reader = new SequenceReader<byte>(bytes);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> head, "\r\n\r\n"u8))
            return bytes.Length >= MaxHead;
        if (head.Length <= MaxHead && TryParse(Encoding.Latin1.GetString(head), out var parsed))
            request = parsed;
        return true;
    }

    private static bool TryParse(string head, [NotNullWhen(true)] out UpgradeRequest? request)
    {
        request = null;
        var lines = head.Split("\r\n");
        var start = lines[0].Split(' ');
        if (start is not ["GET", ['/', ..] target, "HTTP/1.1"])
            return false;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                return false;
            var name = line[..colon];
            var value = line[(colon + 1)..].Trim();
            headers[name] = headers.TryGetValue(name, out var before) ? $"{before}, {value}" : value;
        }
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var parsed = new UpgradeRequest(question < 0 ? target : target[..question], question < 0 ? "" : target[question..], headers);
        if (!parsed.HasToken("Connection", "Upgrade") || !parsed.HasToken("Upgrade", "websocket"))
            return false;
        request = parsed;
        return true;
    }

    private bool HasToken(string header, string token) =>
        Header(header).Split(',').Any(part => part.Trim().Equals(token, StringComparison.OrdinalIgnoreCase));

    private string Header(string name) => headers.GetValueOrDefault(name, "");

    private static bool IsKey(string key)
    {
        Span<byte> bytes = stackalloc byte[24];
        return Convert.TryFromBase64String(key, bytes, out var length) && length == 16;
    }
}
