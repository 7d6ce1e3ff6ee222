namespace StockPipeline.Hosting;

/// <summary>Puts the name of one of several services in front of its log categories. The log behind it is not its own to close.</summary>
internal sealed class NamedLoggerFactory(string name, ILoggerFactory inner) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => inner.CreateLogger($"{name}/{categoryName}");

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose()
    {
    }
}
