using StockPipeline.BrokerServer;
using StockPipeline.Candles;
using StockPipeline.Config;
using StockPipeline.Gaps;
using StockPipeline.History;
using StockPipeline.Hosting;
using StockPipeline.Lack;
using StockPipeline.Macd;
using StockPipeline.SchemaRegistryServer;
using StockPipeline.Websocket;

namespace StockPipeline.PipelineProcess;

/// <summary>The services that SERVICES names: <c>config,candles:1-min,candles:5-min,websocket:SBER:1-min:8001</c>.</summary>
internal static class Roster
{
    public static IReadOnlyList<ServiceDefinition> Of(Settings settings) =>
        [.. settings.Required("SERVICES").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Define)];

    private static ServiceDefinition Define(string text)
    {
        var parts = text.Split(':');
        var interval = new Dictionary<string, string> { ["INTERVAL"] = parts.ElementAtOrDefault(1) ?? string.Empty };
        return parts[0] switch
        {
            "broker" => new ServiceDefinition(text, BrokerService.Create),
            "schema-registry" => new ServiceDefinition(text, context => new SchemaRegistryService(context)),
            "config" => new ServiceDefinition(text, ConfigService.Create),
            "history" => new ServiceDefinition(text, HistoryService.Create),
            "lack" => new ServiceDefinition(text, LackService.Create),
            "candles" => new ServiceDefinition(text, CandlesService.Create) { Overrides = interval },
            "gaps" => new ServiceDefinition(text, GapsService.Create) { Overrides = interval },
            "macd" => new ServiceDefinition(text, MacdService.Create) { Overrides = interval },
            "websocket" => new ServiceDefinition(text, WebsocketService.Create)
            {
                Overrides = new Dictionary<string, string> { ["TICKER"] = parts[1], ["TOPIC"] = $"macd-values-{parts[2]}", ["PORT"] = parts[3] },
            },
            _ => throw new ArgumentException($"There is no service called {parts[0]}."),
        };
    }
}
