namespace StockPipeline.Hosting;

/// <summary>What the process tells whoever started it.</summary>
public static class ExitCode
{
    /// <summary>Stop was asked for, and everything ended in time.</summary>
    public const int Clean = 0;

    /// <summary>A service threw, or returned though nobody had asked it to stop.</summary>
    public const int Failed = 1;

    /// <summary>A setting is missing, unknown or out of range; nothing was started.</summary>
    public const int BadSettings = 2;

    /// <summary>Stop was asked for, but something had not ended when STOP_TIMEOUT was over.</summary>
    public const int StopOverran = 3;
}
