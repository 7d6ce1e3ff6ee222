using Microsoft.AspNetCore.Http;

namespace StockPipeline.TaskApi;

/// <summary>Who asks, as the door that the endpoints are mapped into knows it. Whoever may not ask at all is turned away before.</summary>
public interface ITaskCaller
{
    /// <summary>The id under which the caller's tasks are kept.</summary>
    string OwnerOf(HttpContext context);

    /// <summary>Whether the caller may change schedules.</summary>
    ValueTask<bool> IsAdminAsync(HttpContext context);
}
