using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace StockPipeline.AllInOne;

/// <summary>
/// Tries every port before anything starts, so that one start shows all that are taken, each with the variable that names another.
/// </summary>
internal static class PortAvailability
{
    public static IEnumerable<string> Problems(Machine machine) => Wanted(machine).Select(Problem).OfType<string>();

    private static IEnumerable<(IPAddress Address, int Port, string Wanted, string Remedy)> Wanted(Machine machine)
    {
        var options = machine.Options;
        if (!machine.HasKafka && IPEndPoint.TryParse(options.KafkaAddress, out var kafka))
            yield return (kafka.Address, kafka.Port, "the broker", $"KAFKA_LISTEN={kafka.Address}:PORT");
        if (!machine.HasRegistry)
            yield return (options.RegistryAddress, options.RegistryPort, "the schema registry", "SCHEMA_REGISTRY_PORT=PORT");
        if (!machine.HasExchange)
        {
            yield return (IPAddress.Loopback, options.SimulatorPort, "the simulator", "SIMULATOR_PORT=PORT");
            yield return (IPAddress.Loopback, options.SimulatorControlPort, "the simulator", "SIMULATOR_CONTROL_PORT=PORT");
        }
        if (machine.PlaysCurrencies)
        {
            yield return (IPAddress.Loopback, options.BinancePort, "the simulated Binance", "SIMULATOR_BINANCE_PORT=PORT");
            yield return (IPAddress.Loopback, options.CoinGeckoPort, "the simulated CoinGecko", "SIMULATOR_COINGECKO_PORT=PORT");
            yield return (IPAddress.Loopback, options.KrakenPort, "the simulated Kraken", "SIMULATOR_KRAKEN_PORT=PORT");
        }
        if (machine.PlaysPolygon)
            yield return (IPAddress.Loopback, options.PolygonPort, "the simulated polygon.io", "SIMULATOR_POLYGON_PORT=PORT");
        yield return (IPAddress.Loopback, options.RatesApiPort, "the rates API", "RATES_API_PORT=PORT");
        yield return (options.GatewayAddress, options.GatewayPort, "the gateway", "GATEWAY_PORT=PORT");
        if (options.HealthPort.Number is { } health)
            yield return (options.HealthAddress, health, "the page of health", "HEALTH_PORT=PORT");
        if (machine.Catalog is { } catalog)
        {
            yield return (IPAddress.Loopback, catalog.Port, "the catalog", "CATALOG_PORT=PORT");
            if (!catalog.HasShops)
            {
                yield return (IPAddress.Loopback, catalog.ShopPort, "the partners' shops", "SIMULATOR_PARTNERS_PORT=PORT");
                yield return (IPAddress.Loopback, catalog.ShopControlPort, "the partners' shops", "SIMULATOR_PARTNERS_CONTROL_PORT=PORT");
            }
        }
        foreach (var socket in options.Websockets.All)
            yield return (IPAddress.Loopback, socket.Port, $"the websocket of {socket.Ticker}", $"WEBSOCKETS={socket.Ticker}:{socket.Interval}:PORT");
    }

    private static string? Problem((IPAddress Address, int Port, string Wanted, string Remedy) one)
    {
        try
        {
            using var listener = new TcpListener(one.Address, one.Port);
            listener.Start();
            return null;
        }
        catch (SocketException refused)
        {
            var why = refused.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "is taken by another program",
                SocketError.AccessDenied => "needs more rights than we have",
                _ => $"cannot be opened ({refused.Message})",
            };
            return string.Create(
                CultureInfo.InvariantCulture, $"port {one.Port} {why}, and {one.Wanted} needs it: free it, or choose another with {one.Remedy}");
        }
    }
}
