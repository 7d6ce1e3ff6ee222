using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Storage.Postgres;

namespace StockPipeline.AllInOne;

/// <summary>A PostgreSQL of our own in the data folder, for as long as we run.</summary>
internal sealed class PostgresWorker(string folder, Health health, TimeProvider clock) : PipelineWorker
{
    private readonly HealthCheck check = health.Check("database");

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await PrivatePostgres.StartAsync(PrivatePostgres.FindPrograms()!, folder, clock, cancellationToken);
        check.Ready();
        await server.Ended.WaitAsync(cancellationToken);
        throw new InvalidOperationException("PostgreSQL has ended by itself.");
    }
}

internal static class PostgresRegistration
{
    public static void AddPostgres(this IHostApplicationBuilder builder, string folder) =>
        builder.AddService("postgres", [], services => ActivatorUtilities.CreateInstance<PostgresWorker>(services, folder));
}
