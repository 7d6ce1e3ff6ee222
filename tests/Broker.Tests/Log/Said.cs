using Microsoft.Extensions.Logging;

namespace StockPipeline.BrokerTests.Log;

/// <summary>Remembers what was logged.</summary>
internal sealed class Said : ILogger
{
    private readonly Lock gate = new();
    private readonly List<(int Id, string Text)> events = [];

    public int Count(int id)
    {
        lock (gate)
            return events.Count(one => one.Id == id);
    }

    public string Last(int id)
    {
        lock (gate)
            return events.Last(one => one.Id == id).Text;
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (gate)
            events.Add((eventId.Id, formatter(state, exception)));
    }
}
