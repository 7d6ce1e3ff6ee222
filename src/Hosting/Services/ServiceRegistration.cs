using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using StockPipeline.Hosting.Options;

namespace StockPipeline.Hosting.Services;

/// <summary>Puts services into a process; what <c>Program.cs</c> and the <c>AddX</c> of each service are written with.</summary>
public static class ServiceRegistrationExtensions
{
    /// <summary>Adds one instance of a service. The same service may be added many times under different names.</summary>
    /// <param name="builder">Of the process.</param>
    /// <param name="name">Of this instance, unique in the process.</param>
    /// <param name="settings">Hold for this instance alone, laid over the environment.</param>
    public static ServiceRegistration AddService<TWorker>(this IHostApplicationBuilder builder, string name, params IEnumerable<Setting> settings)
        where TWorker : PipelineWorker => builder.AddService(name, settings, services => ActivatorUtilities.CreateInstance<TWorker>(services));

    /// <summary>As the other, with a worker made by the caller from the services of the instance's own scope.</summary>
    public static ServiceRegistration AddService(
        this IHostApplicationBuilder builder, string name, IEnumerable<Setting> settings, Func<IServiceProvider, PipelineWorker> create)
    {
        var instance = builder.Catalog().Add(name, builder.Configuration, settings);
        // Not AddHostedService: it drops all but the first of a type.
        builder.Services.AddSingleton<IHostedService>(services => ServiceScope.Create(services, instance, create));
        return new ServiceRegistration(builder, instance);
    }

    /// <summary>Begins a new stage: what is added from here on starts when all before it is ready, and has ended before those stop.</summary>
    public static IHostApplicationBuilder WaitUntilReady(this IHostApplicationBuilder builder)
    {
        var catalog = builder.Catalog();
        var waitedFor = catalog.Instances.ToArray();
        catalog.BeginStage();
        builder.Services.AddSingleton<IHostedService>(services => ActivatorUtilities.CreateInstance<ReadinessBarrier>(services, [waitedFor]));
        return builder;
    }

    /// <summary>Notes a problem of the settings that belongs to no single service; nothing starts, and the line is said with all others.</summary>
    public static void Refuse(this IHostApplicationBuilder builder, string problem) => builder.Catalog().Refuse(problem);

    internal static ServiceCatalog Catalog(this IHostApplicationBuilder builder) =>
        builder.Properties.TryGetValue(typeof(ServiceCatalog), out var found)
            ? (ServiceCatalog)found
            : throw new InvalidOperationException("AddPipelineDefaults comes before the services.");
}

/// <summary>What else belongs to a service just added.</summary>
public sealed class ServiceRegistration
{
    internal ServiceRegistration(IHostApplicationBuilder builder, ServiceInstance instance)
    {
        Builder = builder;
        Instance = instance;
    }

    public IHostApplicationBuilder Builder { get; }

    public ServiceInstance Instance { get; }

    public IServiceCollection Services => Builder.Services;

    /// <summary>
    /// Reads <typeparamref name="TOptions"/> from the variables its properties name, checks them before anything starts, and gives them to the
    /// service as <see cref="IOptions{TOptions}"/>.
    /// </summary>
    public ServiceRegistration WithOptions<TOptions>() where TOptions : class
    {
        Services.AddOptions<TOptions>(Instance.Name).ValidateOnStart();
        if (Services.Any(service => service.ServiceType == typeof(EnvironmentOptions<TOptions>)))
            return this;
        Services.AddSingleton<EnvironmentOptions<TOptions>>();
        Services.AddSingleton<IConfigureOptions<TOptions>>(services => services.GetRequiredService<EnvironmentOptions<TOptions>>());
        Services.AddSingleton<IValidateOptions<TOptions>>(services => services.GetRequiredService<EnvironmentOptions<TOptions>>());
        // Within the scope of a service these are its own; the name of the options is the name of the service.
        Services.AddScoped<IOptions<TOptions>>(services => Microsoft.Extensions.Options.Options.Create(
            services.GetRequiredService<IOptionsMonitor<TOptions>>().Get(services.GetRequiredService<ServiceInstance>().Name)));
        return this;
    }

    /// <summary>Says of what else the process is made, and its version: for the first line of its log.</summary>
    public ServiceRegistration MadeWith(string part, string version)
    {
        Builder.Catalog().Parts[part] = version;
        return this;
    }

    /// <summary>Gives each service one <typeparamref name="T"/> of its own, disposed when the service has stopped.</summary>
    public ServiceRegistration With<T>() where T : class
    {
        Services.TryAddScoped<T>();
        return this;
    }

    public ServiceRegistration With<T>(Func<IServiceProvider, T> create) where T : class
    {
        Services.TryAddScoped(create);
        return this;
    }
}
