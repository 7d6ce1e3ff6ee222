using System.ComponentModel.DataAnnotations;
using System.Runtime.Serialization;
using StockPipeline.Catalog.Attributes;
using StockPipeline.Hosting.Options;

namespace StockPipeline.CatalogCollector;

/// <summary>What a partner's answer holds.</summary>
public enum ListingKind
{
    /// <summary>All that it has, in pages.</summary>
    [EnumMember(Value = "whole")]
    Whole,

    /// <summary>Some of it, and each time others.</summary>
    [EnumMember(Value = "sample")]
    Sample,
}

/// <summary>Which partner is collected, from where, and how often.</summary>
public sealed class CollectorOptions : IValidatableObject
{
    [ConfigurationKeyName("CATALOG_PARTNER"), Required, AllowedValues(KnownPartners.NetVideo, KnownPartners.CountryLink)]
    public string Partner { get; set; } = "";

    /// <summary>NetVideo's whole address.</summary>
    [ConfigurationKeyName("NET_VIDEO_SERVICE_URL")]
    public Uri? NetVideoUrl { get; set; }

    /// <summary>CountryLink's whole address.</summary>
    [ConfigurationKeyName("COUNTRY_LINK_SERVICE_URL")]
    public Uri? CountryLinkUrl { get; set; }

    [ConfigurationKeyName("CATALOG_POLL_INTERVAL"), DurationRange("100ms", "1d")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(2);

    [ConfigurationKeyName("CATALOG_LISTING")]
    public ListingKind Listing { get; set; } = ListingKind.Whole;

    [ConfigurationKeyName("CATALOG_PAGE_SIZE"), Range(1, 10_000)]
    public int PageSize { get; set; } = 200;

    /// <summary>Pages of one listing; one past it, the listing is incomplete.</summary>
    public int MaxPages { get; set; } = 100_000;

    /// <summary>How long one page may take.</summary>
    [ConfigurationKeyName("CATALOG_PARTNER_TIMEOUT"), DurationRange("100ms", "10m")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Of prices that come without a currency.</summary>
    [ConfigurationKeyName("CATALOG_CURRENCY"), RegularExpression("^[A-Z]{3}$"), Allowed("three letters of ISO 4217, such as RUB")]
    public string Currency { get; set; } = "RUB";

    /// <summary>A listing that loses more than this share of the products at once is held.</summary>
    [ConfigurationKeyName("CATALOG_MAX_LOSS"), Range(0.0, 1.0)]
    public double MaxLoss { get; set; } = 0.2;

    /// <summary>How long a partner has to insist on a price ten times as high or as low before it is believed.</summary>
    [ConfigurationKeyName("CATALOG_PRICE_PATIENCE"), DurationRange("0s", "365d")]
    public TimeSpan PricePatience { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The listing's whole address.</summary>
    public Uri Url => (Partner == KnownPartners.NetVideo ? NetVideoUrl : CountryLinkUrl)!;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Partner == KnownPartners.NetVideo && NetVideoUrl is null)
            yield return new ValidationResult("the whole address of NetVideo's list", [nameof(NetVideoUrl)]);
        if (Partner == KnownPartners.CountryLink && CountryLinkUrl is null)
            yield return new ValidationResult("the whole address of CountryLink's list", [nameof(CountryLinkUrl)]);
    }
}
