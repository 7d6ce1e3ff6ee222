using StockPipeline.Contracts.Time;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Workers.Asking;

/// <summary>
/// What every worker that asks history does: reads the candles it owns, the configuration and the gap ledger, and puts what its asker has to say
/// into the ledger and to history.
/// </summary>
public sealed class Inquiry(PipelineClient client, TimeProvider market, IReadOnlyCollection<Interval> intervals)
{
    /// <summary>Runs until stop is asked for.</summary>
    /// <param name="group">Whose replicas share the partitions.</param>
    /// <param name="rhythm">Of the rounds.</param>
    /// <param name="asker">Makes the asker, which sees the ledger given.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(string group, TableReaderOptions rhythm, Func<LedgerTable, IAsker> asker, CancellationToken stop)
    {
        var writer = await LedgerWriter.OpenAsync(client, stop);
        var config = new ConfigTable(client);
        var ledger = new LedgerTable(client, intervals, followsQueue: true);
        var worker = new AskingTables(client, market, config, ledger, asker(ledger), writer.WriteAsync);
        var tables = new List<Table>();
        foreach (var interval in intervals)
        {
            var codec = await client.Codecs.CandlesAsync(interval, stop);
            tables.Add(Table.Of(client.Topics.Candles(interval), codec, (_, records) => worker.Take(interval, records)));
        }
        var candles = client.Kafka.ReadTables(TableAssignment.Group(group), worker, rhythm, [.. tables]);
        await Together.RunAsync(stop, config.RunAsync, ledger.RunAsync, candles.RunAsync);
    }
}
