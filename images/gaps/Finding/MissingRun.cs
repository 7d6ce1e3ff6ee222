namespace StockPipeline.Gaps.Finding;

/// <summary>Slots without a candle, in minutes since the epoch.</summary>
/// <param name="From">Open of the first.</param>
/// <param name="To">End of the last.</param>
/// <param name="Missing">How many there are.</param>
/// <param name="FollowsOpen">The slot before belongs to an open request: this may be the same hole, growing.</param>
internal readonly record struct MissingRun(int From, int To, int Missing, bool FollowsOpen);
