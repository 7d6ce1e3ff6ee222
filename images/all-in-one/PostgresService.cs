using StockPipeline.Hosting;
using StockPipeline.Storage.Postgres;

namespace StockPipeline.AllInOne;

/// <summary>A PostgreSQL of our own in the data folder, for as long as we run.</summary>
internal sealed class PostgresService(ServiceContext context, string folder) : IService
{
    public async Task RunAsync(CancellationToken stop)
    {
        var check = context.Health.Check("database");
        await using var server = await PrivatePostgres.StartAsync(PrivatePostgres.FindPrograms()!, folder, context.Clock, stop);
        check.Ready();
        await server.Ended.WaitAsync(stop);
        throw new InvalidOperationException("PostgreSQL has ended by itself.");
    }
}
