using System.Runtime.Versioning;
using Npgsql;
using StockPipeline.Storage.Postgres;
using StockPipeline.Testing;

namespace StockPipeline.StorageTests;

/// <summary>The server of our own is ours alone: its role is a superuser, who may run programs.</summary>
[SupportedOSPlatform("linux")]
public sealed class PrivatePostgresTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [Fact]
    public async Task Another_user_of_the_machine_does_not_get_in()
    {
        // Where we are nobody special we cannot become another user; then another role is asked for, which our name may not be either.
        var (asAnother, role) = Environment.IsPrivilegedProcess
            ? ((string[])["setpriv", "--reuid=nobody", "--clear-groups"], "stockpipeline")
            : ([], "postgres");
        var psql = Path.Combine(PrivatePostgres.FindPrograms()!, "psql");
        string[] command = [.. asAnother, psql, "-h", postgres.Folder, "-U", role, "-d", "postgres", "-c", "select 1"];

        await using var intruder = ChildProcess.Start(command[0], command[1..]);

        Assert.NotEqual(0, await intruder.ExitAsync());
        Assert.Matches("Permission denied|no pg_hba.conf entry|authentication failed", intruder.Said);
    }

    [Fact]
    public async Task We_do_get_in_and_nobody_is_let_in_without_being_asked_who_he_is()
    {
        Assert.Equal(["local stockpipeline peer"], await RulesAsync(postgres.ConnectionString));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(postgres.Folder));
    }

    [Fact]
    public async Task Files_of_a_version_that_trusted_everybody_no_longer_do()
    {
        var server = new PostgresServer();
        await server.InitializeAsync();
        try
        {
            await server.RestartAsync(() => File.WriteAllText(Path.Combine(server.Folder, "data", "pg_hba.conf"), "local all all trust\n"));

            Assert.Equal(["local stockpipeline peer"], await RulesAsync(server.ConnectionString));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<List<string>> RulesAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var rules = new NpgsqlCommand(
            "select concat_ws(' ', type, array_to_string(user_name, ','), auth_method) from pg_hba_file_rules", connection);
        await using var reader = await rules.ExecuteReaderAsync();
        List<string> said = [];
        while (await reader.ReadAsync())
            said.Add(reader.GetString(0));
        return said;
    }
}
