using System.Collections;

namespace StockPipeline.Hosting;

/// <summary>The one place where a program's environment is read.</summary>
public static class EnvironmentVariables
{
    public static Dictionary<string, string> Read() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? string.Empty, StringComparer.Ordinal);
}
