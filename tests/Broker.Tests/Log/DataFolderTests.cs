using StockPipeline.Broker.Log;
using StockPipeline.Broker.Storage;
using StockPipeline.Testing;

namespace StockPipeline.BrokerTests.Log;

public sealed class DataFolderTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Fact]
    public void The_epoch_goes_up_with_every_end_that_was_not_clean_and_only_then()
    {
        using (var first = Open())
        {
            Assert.Equal(0, first.LeaderEpoch);
        }
        using (var afterDeath = Open())
        {
            Assert.Equal(1, afterDeath.LeaderEpoch);
            afterDeath.MarkClean();
        }
        using (var afterCleanEnd = Open())
        {
            Assert.Equal(1, afterCleanEnd.LeaderEpoch);
        }
        using var last = Open();
        Assert.Equal(2, last.LeaderEpoch);
    }

    [Fact]
    public void Only_one_process_may_have_it()
    {
        using var first = Open();

        Assert.Throws<IOException>(Open);
    }

    [Fact]
    public void A_damaged_counter_is_not_guessed()
    {
        Open().Dispose();
        File.WriteAllText(temp.File("data/leader-epoch"), "?");

        Assert.Throws<InvalidDataException>(Open);
    }

    [Fact]
    public void A_folder_of_another_version_is_refused_and_stays_as_it_is()
    {
        Open().Dispose();
        File.WriteAllText(temp.File("data/leader-epoch"), "7\n");

        var refusal = Assert.Throws<InvalidDataException>(Open);

        Assert.Contains("another version", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("7\n", File.ReadAllText(temp.File("data/leader-epoch")));
    }

    private DataFolder Open() => DataFolder.Open(PhysicalDisk.Instance, temp.File("data"));
}
