namespace StockPipeline.Tasks;

/// <summary>What a further record of a task means, given what was known of it.</summary>
public enum TaskVerdict
{
    /// <summary>It is the state from now on.</summary>
    Accepted,

    /// <summary>It says what was known already.</summary>
    Same,

    /// <summary>It came too late or from somebody who had no right to it any more: what was known stays true.</summary>
    Refused,
}
