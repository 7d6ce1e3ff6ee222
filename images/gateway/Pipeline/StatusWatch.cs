using System.Globalization;
using System.Text.Json;
using StockPipeline.Gateway.Rest;

namespace StockPipeline.Gateway.Pipeline;

/// <summary>Asks the health and metrics of the services it is told of, every few seconds, and knows their last answer.</summary>
internal sealed class StatusWatch(IReadOnlyList<Uri> addresses, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private const int MaxAnswer = 8 << 20;

    private readonly HttpClient http = new() { Timeout = Patience, MaxResponseContentBufferSize = MaxAnswer };
    private volatile IReadOnlyList<ServiceAnswer> services = [];

    public IReadOnlyList<ServiceAnswer> Services => services;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var beat = new PeriodicTimer(Every, clock);
        do
        {
            var answers = await Task.WhenAll(addresses.Select(address => AskAsync(address, cancellationToken)));
            services = [.. answers.SelectMany(answer => answer)];
        }
        while (await beat.WaitForNextTickAsync(cancellationToken));
    }

    public void Dispose() => http.Dispose();

    private async Task<IReadOnlyList<ServiceAnswer>> AskAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(address, "/health"), cancellationToken);
            using var health = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
            var lags = Lags(await http.GetStringAsync(new Uri(address, "/metrics"), cancellationToken));
            return [.. health.RootElement.GetProperty("services").EnumerateArray().Select(service => Read(service, lags))];
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or JsonException or KeyNotFoundException
            || (unreachable is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return [new ServiceAnswer(address.Authority, "unreachable", unreachable.Message, null)];
        }
    }

    private static ServiceAnswer Read(JsonElement service, Dictionary<string, double> lags)
    {
        var name = service.GetProperty("service").GetString()!;
        var waiting = service.GetProperty("checks").EnumerateArray().FirstOrDefault(check => check.GetProperty("state").GetString() != "ready");
        var state = service.GetProperty("ready").GetBoolean() ? "ready"
            : waiting.ValueKind == JsonValueKind.Object ? waiting.GetProperty("state").GetString()!
            : service.GetProperty("alive").GetBoolean() ? "starting" : "stuck";
        // Who is ready may have something to say as well: that another replica works, or that a plan has the end of the day only.
        var reason = waiting.ValueKind == JsonValueKind.Object
            ? waiting.GetProperty("reason").GetString()
            : service.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("reason").GetString())
                .FirstOrDefault(one => !string.IsNullOrEmpty(one));
        return new ServiceAnswer(name, state, reason, lags.TryGetValue(name, out var lag) ? lag : null);
    }

    /// <summary>Records not yet read, of each service.</summary>
    private static Dictionary<string, double> Lags(string metrics)
    {
        const string Lag = "stockpipeline_consumer_lag_records{";
        const string Service = "service=\"";
        var lags = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in metrics.Split('\n').Where(line => line.StartsWith(Lag, StringComparison.Ordinal)))
        {
            var from = line.IndexOf(Service, StringComparison.Ordinal) + Service.Length;
            var name = line[from..line.IndexOf('"', from)];
            if (double.TryParse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture, out var lag))
                lags[name] = lags.GetValueOrDefault(name) + lag;
        }
        return lags;
    }
}
