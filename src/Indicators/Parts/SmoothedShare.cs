namespace StockPipeline.Indicators.Parts;

/// <summary>A percentage smoothed once (K) and once more (D), by plain means.</summary>
/// <param name="K">The mean of the last percentages.</param>
/// <param name="D">The mean of the last K.</param>
/// <param name="SharePlace">Where the next percentage is kept.</param>
/// <param name="KPlace">Where the next K is kept.</param>
internal record struct SmoothedShare(double K, double D, int SharePlace, int KPlace)
{
    public void Take(double share, Span<double> shares, Span<double> ks)
    {
        var (sharePlace, kPlace) = (SharePlace, KPlace);
        Ring.Put(shares, ref sharePlace, share);
        var k = Math.Clamp(Ring.Sum(shares, sharePlace) / shares.Length, 0, 100);
        Ring.Put(ks, ref kPlace, k);
        this = new SmoothedShare(k, Math.Clamp(Ring.Sum(ks, kPlace) / ks.Length, 0, 100), sharePlace, kPlace);
    }
}
