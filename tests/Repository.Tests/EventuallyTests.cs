using StockPipeline.Testing;

namespace StockPipeline.RepositoryTests;

/// <summary>What a test says that has waited in vain.</summary>
public sealed class EventuallyTests
{
    [Fact]
    public async Task What_was_last_seen_is_named_by_what_is_in_it()
    {
        var failure = await Assert.ThrowsAsync<TimeoutException>(() => Eventually.SeeAsync(
            () => (new[] { "one", "two" }, new List<int?> { 3, null }, "four"), _ => false, TimeSpan.Zero));

        Assert.EndsWith("last seen: ([one, two], [3, null], four)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_long_collection_its_beginning_is_shown()
    {
        var shown = Eventually.Show(Enumerable.Range(0, 1_000));

        Assert.StartsWith("[0, 1, 2, ", shown, StringComparison.Ordinal);
        Assert.EndsWith(", 39, …]", shown, StringComparison.Ordinal);
    }
}
