using System.ComponentModel.DataAnnotations;
using StockPipeline.AlertsService;
using StockPipeline.BrokerServer;
using StockPipeline.Candles;
using StockPipeline.Config;
using StockPipeline.Gaps;
using StockPipeline.Gateway;
using StockPipeline.History;
using StockPipeline.Hosting.Options;
using StockPipeline.IndicatorService;
using StockPipeline.Lack;
using StockPipeline.Macd;
using StockPipeline.RatesApi;
using StockPipeline.RatesService;
using StockPipeline.Scheduler;
using StockPipeline.SchemaRegistryServer;
using StockPipeline.TaskWorkers;
using StockPipeline.TelegramService;
using StockPipeline.Websocket;

namespace StockPipeline.PipelineProcess;

/// <summary>The services that SERVICES names: <c>config,candles:1-min,candles:5-min,websocket:SBER:1-min:8001</c>.</summary>
internal static class Roster
{
    public static void AddNamed(this IHostApplicationBuilder builder, string text)
    {
        var parts = text.Split(':');
        Setting interval = ("INTERVAL", parts.ElementAtOrDefault(1) ?? string.Empty);
        switch (parts[0])
        {
            case "broker": builder.AddBroker(text); break;
            case "schema-registry": builder.AddSchemaRegistry(text); break;
            case "config": builder.AddConfig(text); break;
            case "history": builder.AddHistory(text); break;
            case "lack": builder.AddLack(text); break;
            case "rates": builder.AddRates(text); break;
            case "rates-api": builder.AddRatesApi(text); break;
            case "alerts": builder.AddAlerts(text); break;
            case "telegram": builder.AddTelegram(text); break;
            case "candles": builder.AddCandles(text, interval); break;
            case "gaps": builder.AddGaps(text, interval); break;
            case "macd": builder.AddMacd(text, interval); break;
            case "indicators": builder.AddIndicators(text, interval); break;
            case "tasks": builder.AddTasks(text); break;
            case "scheduler": builder.AddScheduler(text); break;
            case "websocket":
                builder.AddWebsocket(text, ("TICKER", parts[1]), ("TOPIC", $"macd-values-{parts[2]}"), ("PORT", parts[3]));
                break;
            case "gateway": builder.AddGateway(text, ("GATEWAY_PORT", parts[1])); break;
            default: throw new ArgumentException($"There is no service called {parts[0]}.");
        }
    }
}

/// <summary>Which services the process runs.</summary>
internal sealed class ProcessServices
{
    [ConfigurationKeyName("SERVICES"), Required]
    public string? Services { get; set; }
}
