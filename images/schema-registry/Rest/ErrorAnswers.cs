using StockPipeline.SchemaRegistryServer.Catalog;

namespace StockPipeline.SchemaRegistryServer.Rest;

/// <summary>Every failure becomes an answer in JSON with a code.</summary>
internal static class ErrorAnswers
{
    public static void UseErrorAnswers(this WebApplication web, ILogger<SchemaRegistrar> log) => web.Use(async (context, next) =>
    {
        var exchange = new Exchange(context);
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400 and var status })
                await exchange.RefuseAsync(status, status, $"HTTP {status} {Phrase(status)}");
        }
        catch (RegistryError error)
        {
            if (error.Status >= 500)
                Log.RequestFailed(log, error, context.Request.Method, context.Request.Path);
            await exchange.RefuseAsync(error.Status, error.Code, error.Message);
        }
        catch (BadHttpRequestException error)
        {
            await exchange.RefuseAsync(error.StatusCode, error.StatusCode, error.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there any more to be answered.
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
#pragma warning disable CA1031 // Whatever one request meets is logged and answered; the next one is served.
        catch (Exception error) when (!context.Response.HasStarted)
        {
            Log.RequestFailed(log, error, context.Request.Method, context.Request.Path);
            await exchange.RefuseAsync(500, 500, "Internal Server Error");
        }
#pragma warning restore CA1031
    });

    private static string Phrase(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);
}
