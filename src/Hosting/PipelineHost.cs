using Microsoft.Extensions.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;

namespace StockPipeline.Hosting;

/// <summary>
/// A process of the pipeline from its settings to its exit code; see <see cref="ExitCode"/>. The platform's generic host, with what it leaves
/// open decided: all wrong settings are said in one go before anything starts, a service that ends early ends the process, and the exit code
/// tells why.
/// </summary>
public static class PipelineHost
{
    /// <param name="args">NAME=VALUE each, laid over the environment.</param>
    public static HostApplicationBuilder CreateBuilder(params string[] args)
    {
        var problems = new List<string>();
        var builder = CreateBuilder(configuration => configuration.AddEnvironmentVariables().AddInMemoryCollection(Read(args, problems)));
        foreach (var problem in problems)
            builder.Catalog().Refuse(problem);
        return builder;
    }

    /// <summary>Makes a process that is told everything by these settings, and nothing by the environment.</summary>
    public static HostApplicationBuilder CreateBuilder(IReadOnlyDictionary<string, string> settings) => CreateBuilder(configuration =>
        configuration.AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value))));

    /// <summary>Runs until stop is asked for, or a service ends by itself.</summary>
    /// <param name="builder">With all services added.</param>
    /// <param name="cancellationToken">Asks for the stop, as a signal does.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(this HostApplicationBuilder builder, CancellationToken cancellationToken = default)
    {
        var catalog = builder.Catalog();
        using var host = builder.Build();
        if (!await SettingsAreRightAsync(host, catalog))
            return ExitCode.BadSettings;
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        lifetime.ApplicationStopping.Register(catalog.Stopping);
        await using var stop = cancellationToken.Register(lifetime.StopApplication);
        var log = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(PipelineHost).FullName!);
        Log.Runs(log, AppDomain.CurrentDomain.FriendlyName, string.Join(", ", catalog.Parts.Select(part => $"{part.Key} {part.Value}")));
        foreach (var instance in catalog.Instances)
            Log.Starts(log, instance.Name, instance.InEffect);
        await StartAsync(host, catalog, lifetime, log);
        await WaitForStopAsync(lifetime);
        if (catalog.ExitCode == ExitCode.Clean)
            Log.StopAsked(log);
        await StopAsync(host, catalog, log);
        if (catalog.ExitCode == ExitCode.Clean)
            Log.Stopped(log);
        // A thread that would not stop must not keep the process either.
        if (catalog.LeftSomethingRunning)
            Environment.Exit(catalog.ExitCode);
        return catalog.ExitCode;
    }

    private static HostApplicationBuilder CreateBuilder(Action<IConfigurationBuilder> configure)
    {
        // Empty: what a process of ours reads is what is configured here and nothing else.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        configure(builder.Configuration);
        builder.AddPipelineDefaults();
        return builder;
    }

    private static async Task<bool> SettingsAreRightAsync(IHost host, ServiceCatalog catalog)
    {
        foreach (var instance in catalog.Instances)
        {
            instance.Health = new Health(instance.Name, host.Services.GetRequiredService<TimeProvider>());
            instance.Metrics = new Metrics(host.Services.GetRequiredService<PipelineMeter>(), instance.Name);
        }
        var lines = new List<string>(catalog.Problems);
        try
        {
            host.Services.GetService<IStartupValidator>()?.Validate();
        }
        catch (OptionsValidationException wrong)
        {
            lines.AddRange(Lines(wrong));
        }
        catch (AggregateException wrong)
        {
            lines.AddRange(wrong.InnerExceptions.OfType<OptionsValidationException>().SelectMany(Lines));
        }
        // What many services read is said once, by the first that read it.
        var said = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (said.Add(line[(line.IndexOf(": ", StringComparison.Ordinal) is var colon && IsService(line, colon) ? colon + 2 : 0)..]))
                await Console.Error.WriteLineAsync(line);
        }
        return lines.Count == 0;

        bool IsService(string line, int colon) => colon > 0 && catalog.Find(line[..colon]) is not null;
    }

    private static IEnumerable<string> Lines(OptionsValidationException wrong) => wrong.Failures.Select(failure => $"{wrong.OptionsName}: {failure}");

    private static async Task StartAsync(IHost host, ServiceCatalog catalog, IHostApplicationLifetime lifetime, ILogger log)
    {
        try
        {
            await host.StartAsync();
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Stop was asked for while something was still starting.
        }
        catch (NotReadyException late)
        {
            foreach (var line in late.Lines)
                await Console.Error.WriteLineAsync(line);
            lifetime.StopApplication();
        }
#pragma warning disable CA1031 // Whatever keeps the process from starting is said and becomes the exit code; what has started is stopped.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            catalog.Failed();
            Log.Failed(log, failure, "the start");
            await Console.Error.WriteLineAsync(FailureText.OneLine(failure));
            lifetime.StopApplication();
        }
    }

    private static async Task WaitForStopAsync(IHostApplicationLifetime lifetime)
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStopping.Register(() => stopping.TrySetResult());
        await stopping.Task;
    }

    private static async Task StopAsync(IHost host, ServiceCatalog catalog, ILogger log)
    {
        try
        {
            await host.StopAsync();
        }
        catch (OperationCanceledException)
        {
            // Something that is not a service of ours obeyed the end of the budget by throwing; who overran was said by itself.
            catalog.Overran();
        }
#pragma warning disable CA1031 // The process ends in any case; why it did not end well is said and becomes the exit code.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            catalog.Failed();
            Log.Failed(log, failure, "the stop");
            await Console.Error.WriteLineAsync(FailureText.OneLine(failure));
        }
    }

    private static Dictionary<string, string?> Read(string[] args, List<string> problems)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var arg in args)
        {
            if (arg.Split('=', 2) is [{ Length: > 0 } name, var value])
                values[name] = value;
            else
                problems.Add($"'{arg}' is not understood; allowed: NAME=VALUE, where NAME is an environment variable");
        }
        return values;
    }
}
