using CsCheck;
using StockPipeline.Avro.Records;
using StockPipeline.Avro.Records.Catalog;
using StockPipeline.Catalog.Attributes;
using StockPipeline.Catalog.Merging;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogTests;

public sealed class RecordTests
{
    private static readonly ProductMerge Merge = new(MergeRules.Default, _ => true);

    [Fact]
    public void Items_and_products_read_back_as_they_were_written() =>
        Some.Item.Array[1, 4].Sample(items =>
        {
            foreach (var item in items)
                RequireReadsBack(CatalogFormats.Item, item with { Groups = [new CatalogItemGroup("card", item.Name)] });
            if (Merge.Merge(Some.Key, [.. items.DistinctBy(item => item.Partner)]) is { } product)
                RequireReadsBack(CatalogFormats.Product, product with { Number = 7, Revision = 3 });
        });

    [Fact]
    public void Offers_keep_their_prices_to_the_last_digit() =>
        Gen.Select(Gen.Long[1, 999_999_999_999_999], Gen.Bool, Gen.Bool).Sample((amount, available, cut) =>
        {
            var offer = new CatalogOffer
            {
                Product = Some.Key, Partner = KnownPartners.NetVideo, Price = amount / 10_000m, OldPrice = cut ? (amount / 10_000m) + 1 : null,
                Currency = "RUB", Available = available, ObservedAt = Some.Start, Held = available ? null : amount / 10_000m,
                HeldSince = available ? null : Some.Start,
            };

            Assert.Equal(offer, Again(CatalogFormats.Offer, offer));
        });

    [Fact]
    public void The_small_records_read_back_as_they_were_written()
    {
        foreach (var attribute in BuiltInAttributes.All)
            RequireReadsBack(CatalogFormats.Attribute, attribute with { Description = attribute.Number % 2 == 0 ? "" : null });
        foreach (var state in Enum.GetValues<PartnerState>())
        {
            var partner = new CatalogPartner
            {
                Partner = KnownPartners.NetVideo, State = state, Products = 5, BadItems = 1, TriedAt = Some.Start,
                CompleteAt = state == PartnerState.Down ? null : Some.Start, Error = state == PartnerState.Complete ? null : "x",
                HeldPrices = (int)state,
            };
            Assert.Equal(partner, Again(CatalogFormats.Partner, partner));
        }
        var change = new CatalogChange
        {
            Product = Some.Key, Revision = 0, Field = CatalogChange.PricePrefix + KnownPartners.NetVideo, From = null, To = "1 RUB",
            Partner = KnownPartners.NetVideo, At = Some.Start,
        };
        Assert.Equal(change, Again(CatalogFormats.Change, change));
        var alias = new CatalogAlias(KnownPartners.NetVideo, "one", "other");
        Assert.Equal(alias, Again(CatalogFormats.Alias, alias));
    }

    private static void RequireReadsBack<T>(AvroFormat<T> format, T record) => Assert.Equal(Hex(format, record), Hex(format, Again(format, record)));

    private static T Again<T>(AvroFormat<T> format, T record) => format.Read(Convert.FromHexString(Hex(format, record)));

    private static string Hex<T>(AvroFormat<T> format, T record)
    {
        var bytes = new byte[format.MaxLength(record)];
        return Convert.ToHexString(bytes.AsSpan(0, format.Write(record, bytes)));
    }
}
