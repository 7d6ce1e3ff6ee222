using System.Globalization;
using System.Text;
using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Log;

/// <summary>
/// The folder all of a broker's data lives in. Belongs to one process at a time. Counts the leader epoch: one up with every start
/// that does not follow a clean end, so that clients notice when the end of a log may have moved back. The counter's file also says
/// which version of the broker's files the folder holds: those of another one are refused, never misread. One thread.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const string Version = "v2";
    private const string EpochFile = "leader-epoch";
    private const string CleanMarker = "clean-shutdown";
    private const string LockFile = "lock";

    private readonly IDisk disk;
    private readonly FileStream ownership;

    private DataFolder(IDisk disk, string path)
    {
        this.disk = disk;
        FolderPath = Path.GetFullPath(path);
        disk.CreateFolder(FolderPath);
        ownership = new FileStream(Path.Combine(FolderPath, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    public string FolderPath { get; }

    public int LeaderEpoch { get; private set; }

    /// <summary>An <see cref="IOException"/> when another process has it, <see cref="InvalidDataException"/> when the counter is damaged.</summary>
    public static DataFolder Open(IDisk disk, string path)
    {
        var folder = new DataFolder(disk, path);
        try
        {
            folder.Begin();
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Call last, when every log is closed and every journal flushed.</summary>
    public void MarkClean() => SmallFile.Replace(disk, Path.Combine(FolderPath, CleanMarker), []);

    public void Dispose() => ownership.Dispose();

    private void Begin()
    {
        var epochPath = Path.Combine(FolderPath, EpochFile);
        var marker = Path.Combine(FolderPath, CleanMarker);
        LeaderEpoch = !disk.Exists(epochPath) ? 0 : ReadEpoch(epochPath) + (disk.Exists(marker) ? 0 : 1);
        SmallFile.Replace(disk, epochPath, Encoding.ASCII.GetBytes($"{Version} {LeaderEpoch}\n"));
        disk.Delete(marker);
        disk.FlushFolder(FolderPath);
    }

    private int ReadEpoch(string path)
    {
        var text = Encoding.ASCII.GetString(SmallFile.Read(disk, path)).Trim();
        return text.Split(' ') is [Version, var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            ? epoch
            : throw new InvalidDataException(
                $"{path} holds '{text}' and not '{Version} NUMBER': the folder is of another version of the broker, or this file is damaged. "
                + "Of another version: take an empty folder, the services fetch and calculate all of it anew. "
                + "Damaged: write a larger number than any before, clients ignore an epoch that goes back.");
    }
}
