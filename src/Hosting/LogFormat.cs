namespace StockPipeline.Hosting;

/// <summary>How log lines look.</summary>
internal enum LogFormat
{
    Plain,
    Json,
}
