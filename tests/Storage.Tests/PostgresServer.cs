using StockPipeline.Storage.Postgres;
using StockPipeline.Testing;

namespace StockPipeline.StorageTests;

/// <summary>A real PostgreSQL for the tests of one class; its programs are installed where they are missing.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private PrivatePostgres? server;

    public string ConnectionString => server!.ConnectionString;

    public async Task InitializeAsync()
    {
        if (PrivatePostgres.FindPrograms() is null)
            await ChildProcess.OutputOfAsync(RepositoryFolder.PathOf("eng/debian-packages.sh"), ["postgresql"], patience: TimeSpan.FromMinutes(5));
        var programs = PrivatePostgres.FindPrograms()
            ?? throw new InvalidOperationException("PostgreSQL's programs are not where they were installed.");
        // The server may run as another user than the tests, who must be able to reach its folder.
        await ChildProcess.OutputOfAsync("chmod", ["755", folder.Path], patience: Eventually.Patience);
        server = await PrivatePostgres.StartAsync(programs, folder.File("postgres"), TimeProvider.System, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        folder.Dispose();
    }
}
