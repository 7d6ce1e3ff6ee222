namespace StockPipeline.Market.Errors;

/// <summary>What a client does about an error.</summary>
public enum ErrorAction
{
    /// <summary>Trying again changes nothing: say so and stop.</summary>
    Fatal,

    /// <summary>The same in smaller pieces works.</summary>
    Split,

    /// <summary>Too much was asked at once: wait as long as the API says, then the same again.</summary>
    Wait,

    /// <summary>A passing failure: the same again after a pause.</summary>
    Retry,

    /// <summary>Nothing is wrong: open again as soon as there is something to ask for.</summary>
    Reopen,
}
