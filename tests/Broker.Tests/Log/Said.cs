using Microsoft.Extensions.Logging;

namespace StockPipeline.BrokerTests.Log;

/// <summary>Remembers the ids of what was logged.</summary>
internal sealed class Said : ILogger
{
    private readonly Lock gate = new();
    private readonly List<int> ids = [];

    public int Count(int id)
    {
        lock (gate)
            return ids.Count(one => one == id);
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (gate)
            ids.Add(eventId.Id);
    }
}
