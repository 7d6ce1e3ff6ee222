using System.Globalization;
using System.Text.RegularExpressions;
using StockPipeline.Contracts.Topics;
using StockPipeline.Testing;

namespace StockPipeline.Bench.Macd;

/// <summary>
/// MACD with Kafka Streams over the same candles, as a team on the JVM would have it: the program <c>run.sh</c> in the folder that
/// KAFKA_STREAMS_HOME names, which is told the brokers, the topic of candles, its own topic, how many candles, and the guarantee, and says in the end
/// how many it turned into values in a second.
/// </summary>
internal sealed partial class KafkaStreams(string home, string bootstrapServers, TopicDeclaration candles, TopicDeclaration target)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs it over so many candles from the first on; gives candles a second, its start not counted.</summary>
    public async Task<double> RateAsync(string guarantee, long records)
    {
        var program = Path.Combine(home, "run.sh");
        using var folder = new TempFolder();
        var said = await ChildProcess.OutputOfAsync(
            "bash", [program, bootstrapServers, candles.Name, target.Name, records.ToString(CultureInfo.InvariantCulture), guarantee],
            patience: Patience,
            environment: new Dictionary<string, string> { ["CLASSES"] = folder.File("classes"), ["TMPDIR"] = folder.Path, ["LC_ALL"] = "C" });
        return Rate().Match(said) is { Success: true } found
            ? double.Parse(found.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"{program} did not say how fast it was; it said: {said}");
    }

    [GeneratedRegex(@"([\d,]+) candles/s")]
    private static partial Regex Rate();
}
