using StockPipeline.Testing;

namespace StockPipeline.AllInOneTests;

/// <summary>What <c>./run</c> says where it cannot begin.</summary>
public sealed class RunScriptTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_data_folder_that_cannot_be_written_to_is_named_with_the_way_out()
    {
        await File.WriteAllTextAsync(folder.File("in-the-way"), "");
        var data = folder.File("in-the-way/data");

        var (code, said) = await RunAsync(data);

        Assert.Equal(1, code);
        Assert.Contains($"{data} cannot be written to: choose another folder with DATA_FOLDER=", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_said_before_anything_is_built()
    {
        var df = folder.File("df");
        await File.WriteAllTextAsync(df, "#!/bin/sh\necho Filesystem\necho '/dev/x 9000 1 20480 1% /'\n");
        await ChildProcess.OutputOfAsync("chmod", ["+x", df]);

        var (code, said) = await RunAsync(folder.File("data"), toolsFirst: folder.Path);

        Assert.Equal(1, code);
        Assert.Contains("only 20 MB are free", said, StringComparison.Ordinal);
        Assert.Contains("choose another folder with DATA_FOLDER=", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_understood_is_answered_with_what_is()
    {
        var (code, said) = await RunAsync(folder.File("data"), "bogus");

        Assert.Equal(1, code);
        Assert.Contains("'bogus' is not understood; ./run, ./run --smoke, ./run --verbose, or NAME=VALUE", said, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Said)> RunAsync(string data, string? argument = null, string? toolsFirst = null)
    {
        var script = toolsFirst is null ? "exec ./run \"$@\"" : $"PATH='{toolsFirst}':$PATH exec ./run \"$@\"";
        await using var run = ChildProcess.Start(
            "bash", ["-c", script, "run", .. argument is null ? Array.Empty<string>() : [argument]],
            new Dictionary<string, string> { ["DATA_FOLDER"] = data });
        var code = await run.ExitAsync();
        return (code, string.Join('\n', run.Errors));
    }
}
