using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.TaskWorkers.Reading;

namespace StockPipeline.TaskWorkers.Kinds;

/// <summary>A file of candles being written, in one format.</summary>
internal interface ICandleFile : IAsyncDisposable
{
    Task WriteAsync(Instrument instrument, Interval interval, ReadOnlyMemory<Bar> bars, CancellationToken cancellationToken);

    /// <summary>Writes what belongs at the end.</summary>
    Task FinishAsync(CancellationToken cancellationToken);
}
