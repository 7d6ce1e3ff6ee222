using StockPipeline.Avro.Compatibility;
using StockPipeline.SchemaRegistryServer.Catalog;

namespace StockPipeline.SchemaRegistryServer.Rest;

/// <summary>A refusal, with the codes and words of Confluent's registry: clients and people look for both.</summary>
internal sealed class RegistryError(int status, int code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public int Code { get; } = code;

    public static RegistryError SubjectNotFound(string subject) => new(404, 40401, $"Subject '{subject}' not found.");

    public static RegistryError VersionNotFound(int version) => new(404, 40402, $"Version {version} not found.");

    public static RegistryError SchemaNotFound(int id) => new(404, 40403, $"Schema {id} not found");

    public static RegistryError SchemaNotFound() => new(404, 40403, "Schema not found");

    public static RegistryError SubjectSoftDeleted(string subject) =>
        new(404, 40404, $"Subject '{subject}' was soft deleted. Set permanent=true to delete permanently");

    public static RegistryError SubjectNotSoftDeleted(string subject) =>
        new(404, 40405, $"Subject '{subject}' was not deleted first before being permanently deleted");

    public static RegistryError VersionSoftDeleted(string subject, int version) =>
        new(404, 40406, $"Subject '{subject}' Version {version} was soft deleted. Set permanent=true to delete permanently");

    public static RegistryError VersionNotSoftDeleted(string subject, int version) =>
        new(404, 40407, $"Subject '{subject}' Version {version} was not deleted first before being permanently deleted");

    public static RegistryError NoLevel(string subject) =>
        new(404, 40408, $"Subject '{subject}' does not have subject-level compatibility configured");

    public static RegistryError NoMode(string subject) => new(404, 40409, $"Subject '{subject}' does not have subject-level mode configured");

    public static RegistryError InvalidSchema(string why) => new(422, 42201, $"Invalid schema: {why}");

    public static RegistryError InvalidVersion(string text) => new(
        422, 42202, $"The specified version '{text}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\"");

    public static RegistryError InvalidLevel() => new(422, 42203, $"Invalid compatibility level. Valid values are {CompatibilityLevels.Allowed}");

    public static RegistryError InvalidMode() => new(422, 42204, "Invalid mode. Valid values are READWRITE, READONLY");

    public static RegistryError IsReadOnly(string subject) => new(422, 42205, $"Subject {subject} is in read-only mode");

    public static RegistryError InvalidSubject(string why) => new(422, 42208, $"Invalid subject: {why}");

    /// <summary>A code of our own: Confluent's registry knows no limit.</summary>
    public static RegistryError Full(int limit) => new(422, 422, $"The registry holds {limit} versions and takes no more");

    public static RegistryError Incompatible(string subject, IEnumerable<string> details) => new(
        409, 409,
        $"Schema being registered is incompatible with an earlier schema for subject \"{subject}\", details: [{string.Join("; ", details)}]");

    public static RegistryError Store(string why) => new(500, 50001, $"Error in the backend data store: {why}");
}

/// <summary>Every failure becomes an answer in JSON with a code.</summary>
internal static class ErrorAnswers
{
    public static void UseErrorAnswers(this WebApplication web, ILogger<SchemaRegistrar> log) => web.Use(async (context, next) =>
    {
        var request = new RegistryRequest(context);
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400 and var status })
                await request.RefuseAsync(status, status, $"HTTP {status} {Phrase(status)}");
        }
        catch (RegistryError error)
        {
            if (error.Status >= 500)
                Log.RequestFailed(log, error, context.Request.Method, context.Request.Path);
            await request.RefuseAsync(error.Status, error.Code, error.Message);
        }
        catch (BadHttpRequestException error)
        {
            await request.RefuseAsync(error.StatusCode, error.StatusCode, error.Message);
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
            await request.RefuseAsync(500, 500, "Internal Server Error");
        }
#pragma warning restore CA1031
    });

    private static string Phrase(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);
}
