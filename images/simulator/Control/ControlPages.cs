using System.Text.Json;
using System.Text.Json.Serialization;
using StockPipeline.Market.Clock;
using StockPipeline.Simulator.Faults;

namespace StockPipeline.Simulator.Control;

/// <summary>Steers the simulator while it runs: <c>GET /clock</c>, and <c>GET</c>, <c>POST</c> and <c>DELETE /faults</c>.</summary>
internal sealed class ControlPages(SimulatedClock clock, FaultInjector faults, ILogger log)
{
    /// <summary>A hundred rules are some tens of kilobytes.</summary>
    public const int MaxBodyBytes = 1024 * 1024;

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
            var rules = await http.Request.ReadFromJsonAsync<List<FaultRule>>(Json, http.RequestAborted) ?? [];
            faults.Set(rules);
            Log.FaultsSet(log, rules.Count);
            await http.Response.WriteAsJsonAsync(faults.Report(), Json, http.RequestAborted);
        }
        catch (BadHttpRequestException refused)
        {
            await RefuseAsync(http, refused.StatusCode, refused.Message);
        }
        catch (Exception refused) when (refused is JsonException or ArgumentException or InvalidOperationException)
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest, refused.Message);
        }
    }

    private static Task RefuseAsync(HttpContext http, int status, string reason)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(new { error = reason }, Json, http.RequestAborted);
    }

    private Task ClearAsync(HttpContext http)
    {
        faults.Clear();
        Log.FaultsSet(log, 0);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
