using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace StockPipeline.Streaming;

/// <summary>
/// Makes the native Kafka client that came with the package the one that runs. Left to itself the loader prefers any <c>librdkafka.so</c> of the
/// machine where the package's first choice cannot be loaded (on Debian it wants a <c>libsasl2.so.3</c> that is not there), and an older one does
/// not know the settings we use.
/// </summary>
public static class PackagedLibrdkafka
{
    /// <summary>The version of the package, which is also that of the library inside.</summary>
    public const string ExpectedVersion = "2.16.0";

    private const string ImportName = "librdkafka";

    // In the order of choice: all but Kerberos without a dependency, then the one for musl, then the one that wants the most from the system.
    private static readonly string[] FileNames = OperatingSystem.IsLinux()
        ? RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) || File.Exists("/etc/alpine-release")
            ? ["alpine-librdkafka.so", "librdkafka.so"]
            : ["centos8-librdkafka.so", "librdkafka.so"]
        : OperatingSystem.IsMacOS() ? ["librdkafka.dylib"] : ["librdkafka.dll"];

    private static readonly Lazy<IntPtr> Handle = new(Load);

    /// <summary>The version of the library that answers, as it says itself.</summary>
    public static string Version => Library.VersionString;

    /// <summary>Refuses another library than that of the package.</summary>
    /// <exception cref="InvalidOperationException">It is another one.</exception>
    public static string RequireVersion() => Version.Split('-')[0] == ExpectedVersion
        ? Version
        : throw new InvalidOperationException($"The native Kafka client is librdkafka {Version}, not the {ExpectedVersion} of the package.");

    /// <summary>Resolves the imports of an assembly that calls librdkafka by itself. Once for an assembly.</summary>
    public static void ResolveFor(Assembly assembly) =>
        NativeLibrary.SetDllImportResolver(assembly, static (name, _, _) => name == ImportName ? Handle.Value : IntPtr.Zero);

    // Before anything of this project, and so before anything of Confluent.Kafka in a process of ours, can ask for the library.
#pragma warning disable CA2255 // Nothing but a module initializer comes before the first use whoever makes it.
    [ModuleInitializer]
    internal static void Initialize()
    {
        ResolveFor(typeof(Library).Assembly);
        ResolveFor(typeof(PackagedLibrdkafka).Assembly);
    }
#pragma warning restore CA2255

    private static IntPtr Load()
    {
        var folders = Folders().Distinct(StringComparer.Ordinal).ToArray();
        foreach (var file in FileNames.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))))
        {
            if (File.Exists(file) && NativeLibrary.TryLoad(file, out var handle))
                return handle;
        }
        throw new DllNotFoundException($"None of {string.Join(", ", FileNames)} could be loaded from {string.Join(", ", folders)}.");
    }

    /// <summary>Where a package's native files lie: where the runtime says, beside the program, or below it.</summary>
    private static IEnumerable<string> Folders()
    {
        var known = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        // By file name: what else lies on the runtime's list, and on the machine's, is not the package's.
        foreach (var folder in known)
            yield return folder;
        yield return AppContext.BaseDirectory;
        yield return Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native");
    }
}
