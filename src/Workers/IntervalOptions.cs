using System.ComponentModel.DataAnnotations;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Workers;

/// <summary>The interval a worker is for, by name or by the exchange interface's number.</summary>
public sealed class IntervalOptions
{
    [ConfigurationKeyName("INTERVAL"), Required]
    public Interval? Interval { get; set; }
}
