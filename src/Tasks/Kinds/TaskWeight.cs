namespace StockPipeline.Tasks.Kinds;

/// <summary>What a task needs of its worker: each sort has a limit of its own, so that long ones do not keep short ones waiting.</summary>
public enum TaskWeight
{
    /// <summary>Some milliseconds.</summary>
    Light,

    /// <summary>Reads or writes much.</summary>
    Heavy,

    /// <summary>Waits for somebody else most of the time.</summary>
    Waiting,
}
