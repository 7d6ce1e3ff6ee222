using System.Runtime.Serialization;
using Spectre.Console;
using StockPipeline.Hosting.Options;

namespace StockPipeline.AllInOne.Watching;

/// <summary>What the terminal shows while everything runs.</summary>
internal enum TerminalShow
{
    /// <summary>The view where there is a terminal, else lines; the log where LOG_LEVEL asks for it.</summary>
    [EnumMember(Value = "auto")]
    Auto,

    /// <summary>A view that is drawn over again.</summary>
    [EnumMember(Value = "view")]
    View,

    /// <summary>A line every few seconds.</summary>
    [EnumMember(Value = "lines")]
    Lines,

    /// <summary>The whole log.</summary>
    [EnumMember(Value = "log")]
    Log,
}

/// <summary>What is shown, and whether somebody wants another log than the usual one, and so wants to see it.</summary>
internal sealed class WatchingOptions
{
    [ConfigurationKeyName("RUN_SHOW")]
    public TerminalShow Show { get; set; } = TerminalShow.Auto;

    [ConfigurationKeyName("LOG_LEVEL")]
    public string? LogLevel { get; set; }

    [ConfigurationKeyName("DATA_FOLDER")]
    public string DataFolder { get; set; } = "data";
}

/// <summary>The log of this process and what its terminal shows.</summary>
internal sealed record TerminalOutput(TerminalShow Show, WatchedLog Log)
{
    /// <summary>Sends the log to files; the console keeps it only where it is asked for.</summary>
    public static (TerminalOutput Output, LogFiles Files) Begin(IHostApplicationBuilder builder)
    {
        var options = builder.ReadOptions<WatchingOptions>();
        var show = options.Show != TerminalShow.Auto ? options.Show
            : options.LogLevel is not (null or "info" or "information") ? TerminalShow.Log
            : Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Ansi ? TerminalShow.Lines
            : TerminalShow.View;
        var files = new LogFiles(Path.Combine(Path.GetFullPath(options.DataFolder), "logs"), new LogFileLimits(), TimeProvider.System);
        var log = new WatchedLog(files, TimeProvider.System);
        if (show != TerminalShow.Log)
            builder.Logging.ClearProviders();
        builder.Logging.AddProvider(log);
        return (new TerminalOutput(show, log), files);
    }
}
