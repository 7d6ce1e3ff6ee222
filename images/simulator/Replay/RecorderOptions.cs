using StockPipeline.Market.Api;

namespace StockPipeline.Simulator.Replay;

/// <summary>What is recorded, from where and into which folder.</summary>
public sealed record RecorderOptions
{
    /// <summary>The source: the T-Invest API, or a simulator of it.</summary>
    public required InvestApiOptions Source { get; init; }

    /// <summary>Is made where it is not there.</summary>
    public required string Folder { get; init; }

    /// <summary>Shares of the board TQBR.</summary>
    public required IReadOnlyList<string> Tickers { get; init; }

    /// <summary>Days of history before today.</summary>
    public int Days { get; init; }

    /// <summary>Market time of the source.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public ILoggerFactory LoggerFactory { get; init; } = Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance;
}
