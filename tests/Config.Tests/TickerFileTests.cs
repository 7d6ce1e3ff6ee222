using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Config.Tickers;
using StockPipeline.Testing;

namespace StockPipeline.ConfigTests;

public sealed class TickerFileTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Edits_in_place_and_by_renaming_are_both_seen()
    {
        var file = Make("SBER");
        Assert.True(await file.LookAsync(CancellationToken.None));
        Assert.False(await file.LookAsync(CancellationToken.None));

        await File.WriteAllTextAsync(folder.File("need.txt"), "YDEX");
        Assert.True(await file.LookAsync(CancellationToken.None));
        Assert.Equal("YDEX", Assert.Single(file.List.Entries).Ticker);

        await File.WriteAllTextAsync(folder.File("swap"), "GAZP");
        File.Move(folder.File("swap"), folder.File("need.txt"), overwrite: true);
        Assert.True(await file.LookAsync(CancellationToken.None));
        Assert.Equal("GAZP", Assert.Single(file.List.Entries).Ticker);
    }

    [Fact]
    public async Task A_hundred_edits_in_a_row_end_in_the_state_of_the_last()
    {
        var file = Make("T0");
        for (var i = 1; i <= 100; i++)
        {
            await File.WriteAllTextAsync(folder.File("need.txt"), $"T{i}");
            if (i % 3 == 0)
                await file.LookAsync(CancellationToken.None);
        }
        await file.LookAsync(CancellationToken.None);

        Assert.Equal("T100", Assert.Single(file.List.Entries).Ticker);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_keeps_the_last_good_list()
    {
        var file = Make("SBER");
        await file.LookAsync(CancellationToken.None);
        File.Delete(folder.File("need.txt"));

        Assert.False(await file.LookAsync(CancellationToken.None));
        Assert.Equal("SBER", Assert.Single(file.List.Entries).Ticker);

        await File.WriteAllBytesAsync(folder.File("need.txt"), new byte[TickerList.MaxBytes + 1]);
        Assert.False(await file.LookAsync(CancellationToken.None));
        Assert.Equal("SBER", Assert.Single(file.List.Entries).Ticker);
    }

    [Fact]
    public async Task A_need_file_that_was_never_there_is_not_an_empty_list()
    {
        var need = new TickerFile(folder.File("absent.txt"), mayBeMissing: false, NullLogger.Instance);
        var notNeed = new TickerFile(folder.File("absent.txt"), mayBeMissing: true, NullLogger.Instance);

        Assert.False(await need.LookAsync(CancellationToken.None));
        Assert.False(need.IsKnown);
        Assert.True(await notNeed.LookAsync(CancellationToken.None));
        Assert.True(notNeed.IsKnown);
    }

    private TickerFile Make(string text)
    {
        File.WriteAllText(folder.File("need.txt"), text);
        return new TickerFile(folder.File("need.txt"), mayBeMissing: false, NullLogger.Instance);
    }
}
