using StockPipeline.Storage.Postgres;
using StockPipeline.Testing;

namespace StockPipeline.StorageTests;

/// <summary>A real PostgreSQL for the tests of one class; its programs are installed where they are missing.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private PrivatePostgres? server;

    public string ConnectionString => server!.ConnectionString;

    public string Folder => folder.File("postgres");

    public async Task InitializeAsync()
    {
        if (PrivatePostgres.FindPrograms() is null)
            await ChildProcess.OutputOfAsync(RepositoryFolder.PathOf("eng/debian-packages.sh"), ["postgresql"], patience: TimeSpan.FromMinutes(5));
        // The server may run as another user than the tests, who must be able to reach its folder.
        await ChildProcess.OutputOfAsync("chmod", ["755", folder.Path], patience: Eventually.Patience);
        await StartAsync();
    }

    /// <summary>Stops the server, changes something and starts it again.</summary>
    public async Task RestartAsync(Action change)
    {
        await server!.DisposeAsync();
        change();
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        folder.Dispose();
    }

    private async Task StartAsync()
    {
        var programs = PrivatePostgres.FindPrograms()
            ?? throw new InvalidOperationException("PostgreSQL's programs are not where they were installed.");
        server = await PrivatePostgres.StartAsync(programs, Folder, TimeProvider.System, CancellationToken.None);
    }
}
