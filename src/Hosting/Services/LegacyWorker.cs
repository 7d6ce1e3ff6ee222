using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;

namespace StockPipeline.Hosting.Services;

/// <summary>Runs a service that is still made from a context of ours, until the last of them stands on the platform.</summary>
public sealed class LegacyWorker(IService service) : PipelineWorker
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await service.RunAsync(cancellationToken);
        }
        finally
        {
            await DisposeServiceAsync();
        }
    }

    private async Task DisposeServiceAsync()
    {
        if (service is IAsyncDisposable asynchronous)
            await asynchronous.DisposeAsync();
        else if (service is IDisposable synchronous)
            synchronous.Dispose();
    }
}

public static class LegacyRegistration
{
    /// <summary>The settings of the process, for what is decided before there are services.</summary>
    public static Settings ReadSettings(this IHostApplicationBuilder builder) => Read(builder.Configuration);

    /// <summary>Adds a service made from a context; its settings are read when it is made and checked then.</summary>
    public static void AddLegacy(
        this IHostApplicationBuilder builder, string name, Func<ServiceContext, IService> create, params IEnumerable<Options.Setting> settings)
    {
        var catalog = builder.Catalog();
        IService? made = null;
        ServiceInstance instance = null!;
        var registration = builder.AddService(name, settings, services => new LegacyWorker(made ??= Create(services)));
        instance = registration.Instance;
        catalog.BeforeStart.Add(services =>
        {
            using var scope = services.CreateScope();
            scope.ServiceProvider.GetRequiredService<CurrentInstance>().Value = instance;
            made = Create(scope.ServiceProvider);
        });

        IService Create(IServiceProvider services)
        {
            var read = Read(instance.Configuration);
            var context = new ServiceContext
            {
                Name = instance.Name, Settings = read, LoggerFactory = services.GetRequiredService<ServiceLoggerFactory>(),
                Clock = services.GetRequiredService<TimeProvider>(), Health = services.GetRequiredService<Health>(),
                Metrics = services.GetRequiredService<Metrics>(), Pages = services.GetRequiredService<StatusPages>(),
            };
            try
            {
                return create(context);
            }
#pragma warning disable CA1031 // With wrong settings any constructor may fail; only a failure with right ones is worth a word.
            catch (Exception) when (read.Problems.Count > 0)
#pragma warning restore CA1031
            {
                return null!;
            }
            finally
            {
                foreach (var problem in read.Problems)
                    catalog.Refuse($"{instance.Name}: {problem}");
                instance.Note(read.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(one => one.Contains('='))
                    .Select(one => one.Split('=', 2)).Select(one => KeyValuePair.Create(one[0], one[1])));
            }
        }
    }

    private static Settings Read(IConfiguration configuration) => new(configuration.AsEnumerable().Where(one => one.Value is not null)
        .ToDictionary(one => one.Key, one => one.Value!, StringComparer.OrdinalIgnoreCase));
}
