using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace StockPipeline.Storage.Postgres;

/// <summary>
/// A PostgreSQL server of our own, in a folder of our own, reached through a socket in that folder and by nobody else. For one machine that
/// has the server's programs installed, and for tests.
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    private const string User = "stockpipeline";

    /// <summary>A socket's path has at most 107 bytes, its name included.</summary>
    private const int LongestFolder = 80;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process server;
    private readonly string programs;
    private readonly string data;
    private readonly string[] asServerUser;

    private PrivatePostgres(Process server, string programs, string folder, string data, string[] asServerUser)
    {
        this.server = server;
        this.programs = programs;
        this.data = data;
        this.asServerUser = asServerUser;
        ConnectionString = ConnectionTo(folder);
    }

    public string ConnectionString { get; }

    /// <summary>Over when the server has ended, for whatever reason.</summary>
    public Task Ended => server.WaitForExitAsync();

    /// <summary>Where the server's programs are installed; null where they are not.</summary>
    public static string? FindPrograms()
    {
        const string debian = "/usr/lib/postgresql";
        var folders = Directory.Exists(debian)
            ? Directory.EnumerateDirectories(debian).OrderByDescending(folder => double.TryParse(Path.GetFileName(folder),
                CultureInfo.InvariantCulture, out var version) ? version : 0)
                .Select(folder => Path.Combine(folder, "bin"))
            : [];
        return folders.Concat(["/usr/local/pgsql/bin", "/usr/local/bin", "/usr/bin"]).FirstOrDefault(folder => File.Exists(Path.Combine(folder,
            "initdb")));
    }

    /// <summary>How a server in that folder is reached, once it runs.</summary>
    public static string ConnectionTo(string folder, string database = "postgres") =>
        new NpgsqlConnectionStringBuilder { Host = folder, Username = User, Database = database }.ConnectionString;

    /// <summary>Why no server can run in that folder, in a sentence; nothing where one can.</summary>
    public static string? Obstacle(string folder)
    {
        if (folder.Length > LongestFolder)
            return $"the path of {folder} is too long for a socket";
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows())
            return null;
        // Root starts the server as another user, who has to get there.
        for (var parent = Path.GetDirectoryName(folder); parent is not null; parent = Path.GetDirectoryName(parent))
        {
            if (Directory.Exists(parent) && !File.GetUnixFileMode(parent).HasFlag(UnixFileMode.OtherExecute))
                return $"{parent} is closed to the user the server would run as";
        }
        return null;
    }

    /// <summary>Starts the server, making its files first where there are none; what an earlier one has left behind is stopped.</summary>
    /// <exception cref="InvalidOperationException">It does not start; the message ends with what the server said.</exception>
    public static async Task<PrivatePostgres> StartAsync(string programs, string folder, TimeProvider clock, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        var data = Path.Combine(folder, "data");
        var asServerUser = await AsServerUserAsync(folder, stop);
        if (!File.Exists(Path.Combine(data, "PG_VERSION")))
            await RunAsync([.. asServerUser, Path.Combine(programs, "initdb"), "-D", data, "-U", User, "-A", "peer", "-E", "UTF8", "--locale=C",
                "--no-sync"], stop);
        await AdmitOnlyUsAsync(folder, data, stop);
        if (File.Exists(Path.Combine(data, "postmaster.pid")))
            await TryStopAsync(programs, data, asServerUser);
        var server = Start([.. asServerUser, Path.Combine(programs, "postgres"), "-D", data, "-k", folder,
            "-c", "listen_addresses=", "-c", "unix_socket_permissions=0700", "-c", "shared_buffers=32MB", "-c", "max_connections=100",
            "-c", "logging_collector=off"]);
        var said = new LastWords(server);
        var postgres = new PrivatePostgres(server, programs, folder, data, asServerUser);
        await postgres.WaitAsync(said, clock, stop);
        return postgres;
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (!server.HasExited)
            await TryStopAsync(programs, data, asServerUser);
        await server.WaitForExitAsync();
        server.Dispose();
    }

    private async Task WaitAsync(LastWords said, TimeProvider clock, CancellationToken stop)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
                await connection.OpenAsync(stop);
                return;
            }
            catch (NpgsqlException notYet)
            {
                if (server.HasExited || clock.GetElapsedTime(began) > StartLimit)
                    throw new InvalidOperationException($"PostgreSQL does not start: {said}", notYet);
                await Task.Delay(TimeSpan.FromMilliseconds(50), clock, stop);
            }
        }
    }

    /// <summary>The server refuses to run as root, so root starts it as another user who then owns the files.</summary>
    private static async Task<string[]> AsServerUserAsync(string folder, CancellationToken stop)
    {
        if (!Environment.IsPrivilegedProcess)
            return [];
        var user = File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";
        await RunAsync(["chown", "-R", user, folder], stop);
        return ["setpriv", $"--reuid={user}", "--clear-groups"];
    }

    /// <summary>
    /// Our role is a superuser, who may run programs as the server: nobody else of this machine is to become it. Said at each start, for the
    /// files may be those of an earlier version that trusted everybody.
    /// </summary>
    private static async Task AdmitOnlyUsAsync(string folder, string data, CancellationToken stop)
    {
        await File.WriteAllTextAsync(Path.Combine(data, "pg_hba.conf"), $"local all {User} peer map=ours\n", stop);
        await File.WriteAllTextAsync(Path.Combine(data, "pg_ident.conf"), $"ours {Environment.UserName} {User}\n", stop);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static async Task TryStopAsync(string programs, string data, string[] asServerUser)
    {
        try
        {
            await RunAsync([.. asServerUser, Path.Combine(programs, "pg_ctl"), "stop", "-D", data, "-m", "fast", "-w"], CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            // Nothing runs there any more: a pid file was all that was left.
        }
    }

    private static async Task RunAsync(string[] command, CancellationToken stop)
    {
        using var process = Start(command);
        var said = new LastWords(process);
        await process.WaitForExitAsync(stop);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{Path.GetFileName(command.First(word => word.StartsWith('/') || word == "chown"))} failed: {said}");
    }

    private static Process Start(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true,
            WorkingDirectory = "/" };
        return Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} cannot be started.");
    }
}
