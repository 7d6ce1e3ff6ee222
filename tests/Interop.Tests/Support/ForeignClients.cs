using StockPipeline.Testing;

namespace StockPipeline.InteropTests.Support;

/// <summary>Other people's clients, installed when the first test wants them.</summary>
internal static class ForeignClients
{
    public const string NodeFolder = "tests/Interop.Tests/Node";

    private static readonly TimeSpan InstallPatience = TimeSpan.FromMinutes(5);

    private static readonly Lazy<string?> Kcat = new(() => WhyNot(() =>
        ChildProcess.OutputOfAsync(RepositoryFolder.PathOf("eng/debian-packages.sh"), ["kcat"], patience: InstallPatience)));

    private static readonly Lazy<string?> Node = new(() => WhyNot(() => NodeScripts.ProvideAsync(NodeFolder)));

    /// <summary>Why there is no kcat; null where there is one.</summary>
    public static string? KcatIsMissing => Kcat.Value;

    /// <summary>Why the clients for Node.js are not there; null where they are.</summary>
    public static string? NodeIsMissing => Node.Value;

    // xunit asks for the reason of a skip where nothing can be awaited.
    private static string? WhyNot(Func<Task> install)
    {
        try
        {
            Task.Run(install).GetAwaiter().GetResult();
            return null;
        }
        catch (Exception failure) when (failure is InvalidOperationException or TimeoutException or System.ComponentModel.Win32Exception)
        {
            return $"could not be installed: {failure.Message}";
        }
    }
}
