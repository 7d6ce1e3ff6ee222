using System.ComponentModel.DataAnnotations;
using StockPipeline.Alerts;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Workers;

namespace StockPipeline.AlertsService;

/// <summary>What the worker of alerts is told.</summary>
public sealed class AlertsOptions
{
    /// <summary>Points of each series that are kept and can still be repaired.</summary>
    [Range(AlertLimits.MostCandles + 32, 100_000)]
    [ConfigurationKeyName("ALERTS_HISTORY")]
    public int History { get; set; } = 1_000;

    /// <summary>A simulator whose time is followed; without it the machine's holds.</summary>
    [ConfigurationKeyName("MARKET_CLOCK"), UrlSchemes("http", "https")]
    public Uri? Clock { get; set; }
}

public static class AlertsRegistration
{
    /// <summary>Adds a worker that says when what people want to hear of has happened.</summary>
    public static ServiceRegistration AddAlerts(
        this IHostApplicationBuilder builder, string name = "alerts", params IEnumerable<Setting> settings) =>
        builder.AddService<AlertsWorker>(name, settings).WithOptions<AlertsOptions>().WithPipelineClient().With<TombstoneKeys>();
}
