namespace StockPipeline.Testing;

/// <summary>Other people's software that some checks compare ours with, where the machine has it: in a folder that a variable names.</summary>
public static class ForeignSoftware
{
    /// <summary>The folder; null, said aloud, where the variable is not set.</summary>
    public static string? Find(string variable, Action<string> say)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } folder)
            return folder;
        say($"{variable} is not set: nothing is checked against it here");
        return null;
    }
}
