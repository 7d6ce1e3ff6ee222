using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Runtime.Serialization;
using StockPipeline.Hosting.Options;

namespace StockPipeline.Simulator.Partners;

/// <summary>Whether the shops stay what they are.</summary>
public enum PartnersMode
{
    /// <summary>A product stays what it is, but for a slow drift.</summary>
    [EnumMember(Value = "steady")]
    Steady,

    /// <summary>Each call draws everything anew, as the shops' first stand-in did.</summary>
    [EnumMember(Value = "random")]
    Random,
}

/// <summary>How the two partner shops are to behave.</summary>
public sealed record PartnersOptions
{
    /// <summary>Products that one shop can have, and items that one answer can hold.</summary>
    public const int MaxProducts = 100_000;

    public const int DefaultProducts = 100;
    public const int DefaultPort = 15071;
    public const int DefaultControlPort = 15072;

    /// <summary>The same seed is the same shop.</summary>
    [ConfigurationKeyName("SIMULATOR_SEED"), Range(0, int.MaxValue)]
    public int Seed { get; set; } = SimulatorOptions.DefaultSeed;

    /// <summary>Products of each shop, where it is steady.</summary>
    [ConfigurationKeyName("SIMULATOR_PARTNERS_PRODUCTS"), Range(0, MaxProducts)]
    public int Products { get; set; } = DefaultProducts;

    [ConfigurationKeyName("SIMULATOR_PARTNERS_MODE")]
    public PartnersMode Mode { get; set; }

    /// <summary>Whether items have prices, which the first stand-in's had not.</summary>
    [ConfigurationKeyName("SIMULATOR_PARTNERS_PRICES")]
    public bool Prices { get; set; } = true;

    /// <summary>In this time each product's price is drawn anew once, and one value of one in twenty products; zero never.</summary>
    [ConfigurationKeyName("SIMULATOR_PARTNERS_DRIFT"), DurationRange("0s", "365d")]
    public TimeSpan Drift { get; set; } = TimeSpan.FromMinutes(10);

    [ConfigurationKeyName("SIMULATOR_ADDRESS"), Allowed("an IP address to listen on, such as 127.0.0.1 or 0.0.0.0")]
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    /// <summary>Of both shops; 0 takes any that is free.</summary>
    [ConfigurationKeyName("SIMULATOR_PARTNERS_PORT"), Range(0, 65535)]
    public int Port { get; set; } = DefaultPort;

    /// <summary>Of <c>/faults</c>; 0 takes any that is free.</summary>
    [ConfigurationKeyName("SIMULATOR_PARTNERS_CONTROL_PORT"), Range(0, 65535)]
    public int ControlPort { get; set; } = DefaultControlPort;

    public ILoggerFactory LoggerFactory { get; init; } = Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public bool IsRandom => Mode == PartnersMode.Random;
}
