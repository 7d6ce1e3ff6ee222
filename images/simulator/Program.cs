using StockPipeline.Hosting;
using StockPipeline.Simulator;
using StockPipeline.Simulator.Currencies;
using StockPipeline.Simulator.Partners;
using StockPipeline.Simulator.Polygon;
using StockPipeline.Simulator.Telegram;

// The same program plays a market, as "simulator record" writes down one that can be played again, and as "simulator partners" opens two shops,
// and as "simulator telegram" a Bot API.
var (role, rest) = args is [("record" or "partners" or "telegram") and var named, .. var more] ? (named, more) : ("market", args);
var builder = PipelineHost.CreateBuilder(rest);
if (role == "partners")
    builder.AddPartnersSimulator();
else if (role == "telegram")
    builder.AddTelegramWorld();
else if (role == "record")
    builder.AddRecorder();
else
{
    builder.AddSimulator();
    builder.AddCurrencyWorlds();
    builder.AddPolygonWorld();
}
return await builder.RunAsync();
