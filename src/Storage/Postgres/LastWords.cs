using System.Diagnostics;

namespace StockPipeline.Storage.Postgres;

/// <summary>Reads what a process says, so that it never blocks, and keeps its last lines for an error message.</summary>
internal sealed class LastWords
{
    private const int Kept = 8;

    private readonly Queue<string> lines = [];

    public LastWords(Process process)
    {
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public override string ToString()
    {
        lock (lines)
            return string.Join(" | ", lines);
    }

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > Kept)
                lines.Dequeue();
        }
    }
}
