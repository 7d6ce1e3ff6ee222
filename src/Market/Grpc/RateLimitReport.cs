using System.Globalization;

namespace StockPipeline.Market.Grpc;

/// <summary>What the <c>x-ratelimit-*</c> headers of one reply say: the quota of a window, what is left of it and when it starts anew.</summary>
public sealed record RateLimitReport(int Limit, int Remaining, TimeSpan Reset, TimeSpan Window)
{
    public static readonly TimeSpan DefaultWindow = TimeSpan.FromMinutes(1);

    /// <summary>Null when the reply carries no such headers, or none that can be read: a quota is advice and not worth failing a call for.</summary>
    public static RateLimitReport? Read(Func<string, string?> header)
    {
        var parts = (header(GrpcHeaders.RateLimit) ?? "").Split([',', ';'], StringSplitOptions.TrimEntries);
        if (!TryNumber(parts[0], out var limit) || !TryNumber(header(GrpcHeaders.RateRemaining), out var remaining)
            || !TryNumber(header(GrpcHeaders.RateReset), out var reset))
            return null;
        var window = parts.FirstOrDefault(part => part.StartsWith("w=", StringComparison.Ordinal));
        var length = window is not null && TryNumber(window[2..], out var seconds) ? TimeSpan.FromSeconds(seconds) : DefaultWindow;
        return new RateLimitReport(limit, remaining, TimeSpan.FromSeconds(reset), length);
    }

    public void Write(Action<string, string> header)
    {
        header(GrpcHeaders.RateLimit, string.Create(CultureInfo.InvariantCulture, $"{Limit}, {Limit};w={(long)Window.TotalSeconds}"));
        header(GrpcHeaders.RateRemaining, Remaining.ToString(CultureInfo.InvariantCulture));
        header(GrpcHeaders.RateReset, ((long)Math.Ceiling(Reset.TotalSeconds)).ToString(CultureInfo.InvariantCulture));
    }

    private static bool TryNumber(string? text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
