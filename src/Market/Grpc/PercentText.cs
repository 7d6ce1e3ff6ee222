using System.Globalization;
using System.Text;

namespace StockPipeline.Market.Grpc;

/// <summary>The percent encoding that gRPC prescribes for texts in trailers: printable ASCII stays as it is.</summary>
internal static class PercentText
{
    public static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var one in Encoding.UTF8.GetBytes(text))
        {
            if (one is >= 0x20 and <= 0x7e and not (byte)'%')
                encoded.Append((char)one);
            else
                encoded.Append(CultureInfo.InvariantCulture, $"%{one:X2}");
        }
        return encoded.ToString();
    }

    /// <summary>What is not a valid escape stays as it stands: a text for people must never fail a call.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
            return text;
        var bytes = new List<byte>(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '%' && at + 2 < text.Length
                && byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var escaped))
            {
                bytes.Add(escaped);
                at += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text, at, 1));
            }
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }
}
