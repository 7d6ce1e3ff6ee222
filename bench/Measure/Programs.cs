using StockPipeline.Testing;

namespace StockPipeline.Bench.Measure;

/// <summary>The programs under <c>images/</c>, started as containers start them; they lie beside the bench.</summary>
internal static class Programs
{
    /// <summary>Starts a program; it ends with the bench at the latest.</summary>
    public static ChildProcess Start(string program, params (string Variable, string Value)[] settings)
    {
        var environment = settings.ToDictionary(setting => setting.Variable, setting => setting.Value);
        environment.TryAdd("HEALTH_PORT", "off");
        environment.TryAdd("LOG_LEVEL", "warning");
        environment.TryAdd("MALLOC_ARENA_MAX", "2");
        return ChildProcess.Start(Path.Combine(AppContext.BaseDirectory, $"StockPipeline.{program}"), [], environment);
    }

    /// <summary>What a program says where it should not have ended.</summary>
    public static void ThrowIfEnded(this ChildProcess program, string name)
    {
        if (program.HasExited)
            throw new InvalidOperationException($"{name} ended; it said: {string.Join('\n', program.Output.Concat(program.Errors))}");
    }
}
