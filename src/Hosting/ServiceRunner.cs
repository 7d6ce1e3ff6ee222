namespace StockPipeline.Hosting;

/// <summary>Runs the services of one process from its settings to its exit code; see <see cref="ExitCode"/>.</summary>
public static class ServiceRunner
{
    /// <param name="name">Of the service.</param>
    /// <param name="create">Reads the settings and makes the service; starts nothing.</param>
    /// <param name="args">NAME=VALUE each, laid over the environment.</param>
    public static Task<int> RunAsync(string name, Func<ServiceContext, IService> create, string[] args) =>
        RunAsync([new ServiceDefinition(name, create)], args);

    /// <summary>Several services in one process; when one fails, all stop.</summary>
    public static Task<int> RunAsync(IReadOnlyList<ServiceDefinition> services, string[] args) => RunAsync(_ => services, args);

    /// <summary>Several services in one process, which ones depending on the settings; problems noted while choosing end the start too.</summary>
    public static async Task<int> RunAsync(Func<Settings, IReadOnlyList<ServiceDefinition>> compose, string[] args)
    {
        var environment = EnvironmentVariables.Read();
        foreach (var arg in args)
        {
            var (name, value) = arg.Split('=', 2) is [{ Length: > 0 } left, var right] ? (left, right) : (null, null);
            if (name is null || value is null)
            {
                await Console.Error.WriteLineAsync($"'{arg}' is not understood; allowed: NAME=VALUE, where NAME is an environment variable");
                return ExitCode.BadSettings;
            }
            environment[name] = value;
        }
        var common = new Settings(environment);
        var services = compose(common);
        foreach (var problem in common.Problems)
            await Console.Error.WriteLineAsync(problem);
        if (common.Problems.Count > 0)
            return ExitCode.BadSettings;
        using var signals = new StopSignals();
        var supervisor = new Supervisor(services, environment, TimeProvider.System, Console.Error);
        var code = await supervisor.RunAsync(signals.Token);
        // A thread that would not stop must not keep the process either.
        if (supervisor.LeftSomethingRunning)
            Environment.Exit(code);
        return code;
    }
}
