namespace StockPipeline.Catalog.Attributes;

/// <summary>The partners by name, and the numbers that each may give to what nobody has mapped yet.</summary>
public static class KnownPartners
{
    public const string NetVideo = "net-video";

    public const string CountryLink = "country-link";

    public static readonly IReadOnlyList<string> All = [NetVideo, CountryLink];

    /// <summary>Numbers of attributes: one range a partner, so that nobody has to ask another before giving one.</summary>
    public static (int First, int Last) AttributeNumbers(string partner) => partner switch
    {
        NetVideo => (64, 127),
        CountryLink => (128, 191),
        _ => (192, 255),
    };

    public static (int First, int Last) GroupNumbers(string partner) => partner switch
    {
        NetVideo => (16, 31),
        CountryLink => (32, 47),
        _ => (48, 63),
    };
}
