using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Status;

namespace StockPipeline.Hosting.Services;

/// <summary>The services of a process in the order they start, and what became of them. Safe from any thread once the host is built.</summary>
internal sealed class ServiceCatalog
{
    private readonly List<ServiceInstance> instances = [];
    private readonly List<string> problems = [];
    private readonly Lock gate = new();
    private ServiceStage stage = new();
    private volatile bool stopping;

    public IReadOnlyList<ServiceInstance> Instances => instances;

    public IEnumerable<Health> Healths => instances.Select(instance => instance.Health!);

    /// <summary>Problems of settings that belong to no single options class, one line each.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>What the process is made with, and the version of each: the runtime, and native libraries.</summary>
    public SortedDictionary<string, string> Parts { get; } = new(StringComparer.Ordinal) { [".NET"] = Environment.Version.ToString() };

    /// <summary>A process about to stop gets no new work.</summary>
    public bool IsStopping => stopping;

    /// <summary>What the process tells whoever started it; see <see cref="Hosting.ExitCode"/>.</summary>
    public int ExitCode { get; private set; } = Hosting.ExitCode.Clean;

    /// <summary>Whether something would not end in time, and only the end of the process will end it.</summary>
    public bool LeftSomethingRunning { get; private set; }

    public string StopTimeoutText { get; set; } = string.Empty;

    public ServiceInstance Add(string name, IConfiguration environment, IEnumerable<Setting> settings)
    {
        if (instances.Exists(instance => instance.Name == name))
            throw new ArgumentException($"There are two services called {name} in this process.", nameof(name));
        var configuration = new ConfigurationBuilder().AddConfiguration(environment)
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
        var made = new ServiceInstance(name, configuration, stage);
        instances.Add(made);
        return made;
    }

    public ServiceInstance? Find(string? name) => instances.Find(instance => instance.Name == name);

    public void BeginStage() => stage = new ServiceStage();

    public void Refuse(string problem) => problems.Add(problem);

    public void Stopping() => stopping = true;

    public void Failed() => Conclude(Hosting.ExitCode.Failed);

    public void Overran()
    {
        LeftSomethingRunning = true;
        Conclude(Hosting.ExitCode.StopOverran);
    }

    private void Conclude(int code)
    {
        // The first reason is why the process ends; what comes after may only follow from it.
        lock (gate)
            ExitCode = ExitCode == Hosting.ExitCode.Clean ? code : ExitCode;
    }
}
