using StockPipeline.Contracts.Connections;
using StockPipeline.Market.Contract;

namespace StockPipeline.Market.Api;

/// <summary>Says how the T-Invest API, or a simulator of it, is reached.</summary>
public sealed class InvestApiOptions
{
    public const string ProductionHost = "invest-public-api.tbank.ru:443";

    public const string SandboxHost = "sandbox-invest-public-api.tbank.ru:443";

    public const string DefaultAppName = "stock-pipeline";

    /// <summary>Required wherever TLS is spoken; a simulator in the clear may do without.</summary>
    public Secret? AccessToken { get; set; }

    /// <summary>Tells the broker's statistics who calls.</summary>
    public string AppName { get; set; } = DefaultAppName;

    /// <summary>Chooses the sandbox's host when no <see cref="Host"/> is named.</summary>
    public bool Sandbox { get; set; }

    /// <summary>
    /// <c>host</c> or <c>host:port</c> for TLS, or a URL; <c>http://</c> speaks in the clear. Without it the broker's own host.
    /// </summary>
    public string? Host { get; set; }

    /// <summary>Allows <c>http://</c> to other machines than this one: for a simulator in another container.</summary>
    public bool AllowPlainHttp { get; set; }

    /// <summary>
    /// A PEM file of authorities to trust beside the system's own. The broker's certificates descend from one that most systems lack.
    /// </summary>
    public string? ExtraRootCertificates { get; set; }

    /// <summary>How long one request may take.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Candles of the broker's own weekend trading are wanted beside those of the exchange; for the stream and for history alike.</summary>
    public bool IncludeDealerCandles { get; set; }

    /// <summary>How failed requests are repeated.</summary>
    public BackoffLimits Retry { get; set; } = BackoffLimits.Request;

    /// <summary>What deadlines, pauses and quotas are measured by: real time, also where the market's clock is a simulated one.</summary>
    public TimeProvider NetworkClock { get; set; } = TimeProvider.System;

    internal GetCandlesRequest.Types.CandleSource CandleSource => IncludeDealerCandles
        ? GetCandlesRequest.Types.CandleSource.IncludeWeekend
        : GetCandlesRequest.Types.CandleSource.Exchange;

    /// <summary>The checked address.</summary>
    /// <exception cref="InvalidOperationException">The options do not describe a way to the API.</exception>
    public Uri Address
    {
        get
        {
            var host = string.IsNullOrWhiteSpace(Host) ? (Sandbox ? SandboxHost : ProductionHost) : Host.Trim();
            var text = host.Contains("://", StringComparison.Ordinal) ? host : $"https://{host}";
            if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.AbsolutePath != "/")
            {
                throw new InvalidOperationException(
                    $"'{host}' is not a host of the T-Invest API: host, host:port or a URL without a path is expected.");
            }
            if (address.Scheme == "http" && !address.IsLoopback && !AllowPlainHttp)
            {
                throw new InvalidOperationException(
                    $"'{host}' would be spoken to in the clear; only this machine may be, unless plain HTTP is allowed on purpose.");
            }
            return address;
        }
    }

    /// <summary>Gives the options back when they can work.</summary>
    /// <exception cref="InvalidOperationException">They cannot; the message says which and why.</exception>
    internal InvestApiOptions Checked()
    {
        if (AccessToken is null && Address.Scheme == "https")
            throw new InvalidOperationException("The T-Invest API needs an access token: set TOKEN, or use the simulator.");
        if (AccessToken?.Reveal().AsSpan().ContainsAnyExceptInRange('!', '~') == true)
            throw new InvalidOperationException("The access token holds a space or another character that no token has.");
        if (Deadline <= TimeSpan.Zero)
            throw new InvalidOperationException($"A deadline of {Deadline} leaves no time for an answer.");
        return this;
    }
}
