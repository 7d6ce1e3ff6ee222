using System.Diagnostics.CodeAnalysis;

namespace StockPipeline.Hosting.Options;

/// <summary>Files that hold the value of one setting, as Docker and Kubernetes give secrets.</summary>
internal static class SecretFile
{
    public const string Allowed = "the path of a file that can be read, of at most 64 KB";

    private const int LargestFile = 64 * 1024;

    public static bool TryRead(string path, [MaybeNullWhen(false)] out string content)
    {
        content = null;
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: <= LargestFile })
                return false;
            content = File.ReadAllText(path);
            return true;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
