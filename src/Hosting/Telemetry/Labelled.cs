namespace StockPipeline.Hosting.Telemetry;

/// <summary>
/// The series of one name, one for each set of label values. Look a series up once and keep it; counting on it is then free of allocations.
/// </summary>
public sealed class Labelled<TMetric> where TMetric : class
{
    private readonly SeriesFamily<TMetric> family;
    private readonly string service;
    private readonly Func<TMetric> make;

    internal Labelled(SeriesFamily<TMetric> family, string service, Func<TMetric> make)
    {
        this.family = family;
        this.service = service;
        this.make = make;
    }

    /// <summary>The series of these values, in the order the labels were declared in; past the limit of series a shared one named "other".</summary>
    public TMetric With(params string[] values) => family.Of([service, .. values], make);
}
