using System.Text.Json;
using System.Text.Json.Serialization;
using StockPipeline.Market.Clock;
using StockPipeline.Simulator.Faults;

namespace StockPipeline.Simulator.Rest;

/// <summary>What steers the simulator while it runs: <c>GET /clock</c>, and <c>GET</c>, <c>POST</c> and <c>DELETE /faults</c>.</summary>
internal sealed class ControlPages(SimulatedClock clock, FaultBox faults, ILogger log)
{
    /// <summary>A hundred rules are some tens of kilobytes.</summary>
    private const int MaxBodyBytes = 1024 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public void Map(IEndpointRouteBuilder web)
    {
        web.MapGet("/clock", (RequestDelegate)(http => http.Response.WriteAsJsonAsync(clock.Read(), Json, http.RequestAborted)));
        web.MapGet("/faults", (RequestDelegate)(http => http.Response.WriteAsJsonAsync(faults.Report(), Json, http.RequestAborted)));
        web.MapPost("/faults", (RequestDelegate)SetAsync);
        web.MapDelete("/faults", (RequestDelegate)ClearAsync);
    }

    /// <summary>The body is a list of rules, which take the place of those that hold.</summary>
    private async Task SetAsync(HttpContext http)
    {
        try
        {
            if (http.Request.ContentLength is > MaxBodyBytes)
                throw new ArgumentException($"The body is longer than {MaxBodyBytes} bytes.");
            var rules = await http.Request.ReadFromJsonAsync<List<FaultRule>>(Json, http.RequestAborted) ?? [];
            faults.Set(rules);
            Log.FaultsSet(log, rules.Count);
            await http.Response.WriteAsJsonAsync(faults.Report(), Json, http.RequestAborted);
        }
        catch (Exception refused) when (refused is JsonException or ArgumentException or InvalidOperationException)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await http.Response.WriteAsJsonAsync(new { error = refused.Message }, Json, http.RequestAborted);
        }
    }

    private Task ClearAsync(HttpContext http)
    {
        faults.Clear();
        Log.FaultsSet(log, 0);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
