using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;

namespace StockPipeline.Simulator.Telegram;

public static class TelegramWorldRegistration
{
    /// <summary>Adds the simulated Bot API to the process.</summary>
    public static void AddTelegramWorld(
        this IHostApplicationBuilder builder, string name = "telegram-world", params IEnumerable<Setting> settings) =>
        builder.AddService<TelegramWorldWorker>(name, settings).WithOptions<TelegramWorldOptions>();
}

/// <summary>Where the simulated Bot API listens.</summary>
internal sealed class TelegramWorldOptions
{
    public const int UsualPort = 15065;

    [ConfigurationKeyName("SIMULATOR_ADDRESS")]
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    [ConfigurationKeyName("SIMULATOR_TELEGRAM_PORT"), Range(0, IPEndPoint.MaxPort)]
    public int Port { get; set; } = UsualPort;
}

/// <summary>Plays Telegram for any token.</summary>
internal sealed class TelegramWorldWorker(
    IOptions<TelegramWorldOptions> options, Health health, TimeProvider clock, ServiceLoggerFactory loggers, ILogger<TelegramWorldWorker> log)
    : PipelineWorker
{
    private readonly HealthCheck open = health.Check("telegram");

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var world = new TelegramWorld(clock);
        await world.StartAsync(options.Value.Address, options.Value.Port, loggers, cancellationToken);
        Log.TelegramOpen(log, world.Endpoint);
        open.Ready();
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken);
    }
}
