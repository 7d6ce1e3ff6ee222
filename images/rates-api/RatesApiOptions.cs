using System.ComponentModel.DataAnnotations;
using System.Net;

namespace StockPipeline.RatesApi;

/// <summary>What the rates API is told.</summary>
internal sealed class RatesApiOptions
{
    [ConfigurationKeyName("RATES_API_PORT"), Range(0, IPEndPoint.MaxPort)]
    public int Port { get; set; } = 8010;

    [ConfigurationKeyName("RATES_API_ADDRESS")]
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    /// <summary>A simulator whose time is followed; without it the machine's holds.</summary>
    [ConfigurationKeyName("RATES_CLOCK")]
    public Uri? Clock { get; set; }
}
