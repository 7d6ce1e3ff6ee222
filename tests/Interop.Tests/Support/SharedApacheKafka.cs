using StockPipeline.Testing.Kafka;

namespace StockPipeline.InteropTests.Support;

/// <summary>The one Apache Kafka of the test classes that run at a time; the last of them stops it.</summary>
internal static class SharedApacheKafka
{
    private static readonly Lock Gate = new();
    private static int classes;
    private static Task<ApacheKafka>? started;

    public static void Join()
    {
        lock (Gate)
            classes++;
    }

    public static Task<ApacheKafka> StartedAsync()
    {
        lock (Gate)
            return started ??= ApacheKafka.StartAsync();
    }

    public static async Task LeaveAsync()
    {
        Task<ApacheKafka>? last;
        lock (Gate)
        {
            classes--;
            last = classes == 0 ? started : null;
            if (last is not null)
                started = null;
        }
        // A start that failed has failed the tests that wanted it.
        if (last is { IsCompletedSuccessfully: true })
            await (await last).DisposeAsync();
    }
}
