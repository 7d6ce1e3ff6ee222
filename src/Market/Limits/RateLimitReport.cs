using System.Globalization;
using Grpc.Core;
using StockPipeline.Market.Api;

namespace StockPipeline.Market.Limits;

/// <summary>Holds what the <c>x-ratelimit-*</c> headers of one reply say: the quota of a window, what is left and when it starts anew.</summary>
public sealed record RateLimitReport(int Limit, int Remaining, TimeSpan Reset, TimeSpan Window)
{
    public static readonly TimeSpan DefaultWindow = TimeSpan.FromMinutes(1);

    /// <summary>Null when the reply carries no such headers, or none that can be read: a quota is advice and not worth failing a call for.</summary>
    public static RateLimitReport? Read(Metadata headers)
    {
        var parts = (headers.GetValue(InvestHeaders.RateLimit) ?? "").Split([',', ';'], StringSplitOptions.TrimEntries);
        if (!TryNumber(parts[0], out var limit) || !TryNumber(headers.GetValue(InvestHeaders.RateRemaining), out var remaining)
            || !TryNumber(headers.GetValue(InvestHeaders.RateReset), out var reset))
            return null;
        var window = parts.FirstOrDefault(part => part.StartsWith("w=", StringComparison.Ordinal));
        var length = window is not null && TryNumber(window[2..], out var seconds) ? TimeSpan.FromSeconds(seconds) : DefaultWindow;
        return new RateLimitReport(limit, remaining, TimeSpan.FromSeconds(reset), length);
    }

    /// <summary>Gives the headers that <see cref="Read"/> reads.</summary>
    public Metadata ToHeaders() => new()
    {
        { InvestHeaders.RateLimit, string.Create(CultureInfo.InvariantCulture, $"{Limit}, {Limit};w={(long)Window.TotalSeconds}") },
        { InvestHeaders.RateRemaining, Remaining.ToString(CultureInfo.InvariantCulture) },
        { InvestHeaders.RateReset, ((long)Math.Ceiling(Reset.TotalSeconds)).ToString(CultureInfo.InvariantCulture) },
    };

    private static bool TryNumber(string? text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
