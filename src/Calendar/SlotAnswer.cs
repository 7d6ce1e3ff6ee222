namespace StockPipeline.Calendar;

/// <summary>
/// What the calendar knows when asked for one slot: the slot, or the unknown day that stands in the way. Exactly one of the two is set.
/// </summary>
public readonly record struct SlotAnswer
{
    private SlotAnswer(DateTimeOffset? slot, DateOnly? unknownDay)
    {
        Slot = slot;
        UnknownDay = unknownDay;
    }

    /// <summary>The open of the slot.</summary>
    public DateTimeOffset? Slot { get; }

    /// <summary>The first day met on the way of which no schedule is known: trading there would change the answer.</summary>
    public DateOnly? UnknownDay { get; }

    public bool IsKnown => Slot is not null;

    internal static SlotAnswer At(long unixMs) => new(DateTimeOffset.FromUnixTimeMilliseconds(unixMs), null);

    internal static SlotAnswer Unknown(DateOnly day) => new(null, day);
}
