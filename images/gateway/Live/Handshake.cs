using System.Security.Cryptography;
using System.Text;

namespace StockPipeline.Gateway.Live;

/// <summary>What a websocket's opening handshake must hold (RFC 6455, section 4.2), and what is answered to it.</summary>
internal static class Handshake
{
    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>What is wrong with it, in a sentence; nothing when it is right.</summary>
    public static string? Problem(HttpRequest request)
    {
        Span<byte> key = stackalloc byte[24];
        return request.Headers.Upgrade.ToString() is not { } upgrade || !upgrade.Equals("websocket", StringComparison.OrdinalIgnoreCase)
                ? "a websocket is expected here"
            : request.Headers["Sec-WebSocket-Version"] != "13" ? "Sec-WebSocket-Version must be 13"
            : !Convert.TryFromBase64String(request.Headers["Sec-WebSocket-Key"].ToString(), key, out var length) || length != 16
                ? "Sec-WebSocket-Key must be 16 bytes in base64"
            : null;
    }

    public static string Accept(string key) =>
#pragma warning disable CA5350 // The handshake names SHA-1; it proves understanding of the protocol and protects nothing.
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptSuffix)));
#pragma warning restore CA5350
}
