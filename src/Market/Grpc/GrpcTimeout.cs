using System.Globalization;

namespace StockPipeline.Market.Grpc;

/// <summary>The <c>grpc-timeout</c> header: at most eight digits and a unit.</summary>
public static class GrpcTimeout
{
    private const long MaxNumber = 99_999_999;

    public static string Write(TimeSpan timeout)
    {
        var milliseconds = (long)Math.Ceiling(Math.Max(timeout.TotalMilliseconds, 1));
        return milliseconds <= MaxNumber
            ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds}m")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Min((long)timeout.TotalSeconds, MaxNumber)}S");
    }

    /// <summary>Null when the header is absent or is none.</summary>
    public static TimeSpan? Read(string? header)
    {
        if (header is not { Length: >= 2 and <= 9 } || !long.TryParse(header[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        return header[^1] switch
        {
            'H' => TimeSpan.FromHours(number),
            'M' => TimeSpan.FromMinutes(number),
            'S' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMilliseconds(number),
            'u' => TimeSpan.FromMicroseconds(number),
            'n' => TimeSpan.FromTicks(number / TimeSpan.NanosecondsPerTick),
            _ => null,
        };
    }
}
