using System.Globalization;
using System.Net;
using System.Net.Sockets;
using StockPipeline.Hosting;

namespace StockPipeline.AllInOne;

/// <summary>
/// Tries every port before anything starts, so that one start shows all that are taken, each with the variable that names another.
/// </summary>
internal static class TakenPorts
{
    public static void Check(Settings settings, Machine machine)
    {
        if (!machine.HasKafka && IPEndPoint.TryParse(machine.KafkaAddress, out var kafka))
            Check(settings, kafka.Address, kafka.Port, "the broker", $"KAFKA_LISTEN={kafka.Address}:PORT");
        if (!machine.HasRegistry)
            Check(settings, machine.RegistryAddress, machine.RegistryPort, "the schema registry", "SCHEMA_REGISTRY_PORT=PORT");
        if (!machine.HasExchange)
        {
            Check(settings, IPAddress.Loopback, machine.SimulatorPort, "the simulator", "SIMULATOR_PORT=PORT");
            Check(settings, IPAddress.Loopback, machine.SimulatorControlPort, "the simulator", "SIMULATOR_CONTROL_PORT=PORT");
        }
        if (machine.PlaysCurrencies)
        {
            Check(settings, IPAddress.Loopback, machine.BinancePort, "the simulated Binance", "SIMULATOR_BINANCE_PORT=PORT");
            Check(settings, IPAddress.Loopback, machine.CoinGeckoPort, "the simulated CoinGecko", "SIMULATOR_COINGECKO_PORT=PORT");
            Check(settings, IPAddress.Loopback, machine.KrakenPort, "the simulated Kraken", "SIMULATOR_KRAKEN_PORT=PORT");
        }
        Check(settings, IPAddress.Loopback, machine.RatesApiPort, "the rates API", "RATES_API_PORT=PORT");
        Check(settings, machine.GatewayAddress, machine.GatewayPort, "the gateway", "GATEWAY_PORT=PORT");
        var health = settings.Text("HEALTH_PORT", "off");
        if (int.TryParse(health, NumberStyles.None, CultureInfo.InvariantCulture, out var healthPort) && healthPort <= IPEndPoint.MaxPort)
            Check(settings, IPAddress.Any, healthPort, "the page of health", "HEALTH_PORT=PORT");
        if (machine.Catalog is { } catalog)
        {
            Check(settings, IPAddress.Loopback, catalog.Port, "the catalog", "CATALOG_PORT=PORT");
            if (!catalog.HasShops)
            {
                Check(settings, IPAddress.Loopback, catalog.ShopPort, "the partners' shops", "SIMULATOR_PARTNERS_PORT=PORT");
                Check(settings, IPAddress.Loopback, catalog.ShopControlPort, "the partners' shops", "SIMULATOR_PARTNERS_CONTROL_PORT=PORT");
            }
        }
        foreach (var socket in machine.Websockets)
        {
            var (wanted, remedy) = ($"the websocket of {socket.Ticker}", $"WEBSOCKETS={socket.Ticker}:{socket.Interval}:PORT");
            Check(settings, IPAddress.Loopback, socket.Port, wanted, remedy);
        }
    }

    private static void Check(Settings settings, IPAddress address, int port, string wanted, string remedy)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
        }
        catch (SocketException refused)
        {
            var why = refused.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "is taken by another program",
                SocketError.AccessDenied => "needs more rights than we have",
                _ => $"cannot be opened ({refused.Message})",
            };
            settings.Refuse(string.Create(
                CultureInfo.InvariantCulture, $"port {port} {why}, and {wanted} needs it: free it, or choose another with {remedy}"));
        }
    }
}
