using CsCheck;
using StockPipeline.Catalog.Attributes;
using StockPipeline.Catalog.Listings;
using StockPipeline.Catalog.Offers;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogTests;

public sealed class PriceGuardTests
{
    private static readonly TimeSpan Poll = TimeSpan.FromMinutes(2);
    private static readonly PriceGuard Guard = new() { Patience = TimeSpan.FromHours(1) };
    private static readonly decimal[] Units = [1, 1, 1, 0.001m, 1000, 0.1m, 100, 10];
    private static readonly decimal?[] Others = [null, 1_000, 1_500, 40_000];

    [Theory]
    [InlineData(46_490, 46.49, 44_000.0)]
    [InlineData(46_490, 4_649, null)]
    [InlineData(46_490, 464_900, 44_000.0)]
    public void A_price_ten_times_off_the_last_and_off_the_other_partners_is_held(double known, double said, double? other)
    {
        var offer = Judge(said, Believed(known), other, minute: 5);

        Assert.Equal(((decimal)known, (decimal)said, true), (offer.Price, offer.Held!.Price, offer.IsBelieved));
    }

    [Fact]
    public void What_another_partner_asks_too_is_believed_at_once()
    {
        var offer = Judge(46_490, Believed(46.49), 44_000, minute: 5);

        Assert.Equal((46_490m, null), (offer.Price, offer.Held));
    }

    [Fact]
    public void A_first_price_far_from_the_other_partners_is_shown_and_not_believed()
    {
        var first = Judge(46.49, null, 44_000, minute: 0);
        var right = Judge(46_490, first, 44_000, minute: 2);

        Assert.Equal((46.49m, false), (first.Price, first.IsBelieved));
        Assert.Equal((46_490m, true, null), (right.Price, right.IsBelieved, right.Held));
    }

    /// <summary>
    /// Whatever a partner says, and in whatever unit: the price that is believed never leaps, but to what the other partner asks or to what has been
    /// said without a pause for the whole patience; and a partner that is right again is believed at once.
    /// </summary>
    [Fact]
    public void The_believed_price_follows_a_plain_model_whatever_units_a_partner_sends() =>
        Gen.Select(
            Gen.Select(Gen.Int[900, 1100], Gen.Int[0, Units.Length - 1], Gen.Int[1, 20]).Array[1, 30],
            Gen.Int[0, Others.Length - 1]).Sample((said, asks) =>
        {
            var other = Others[asks];
            GuardedOffer? offer = null;
            (decimal Price, DateTimeOffset Since)? leap = null;
            decimal? believed = null;
            var now = Some.Start;
            foreach (var (amount, unit, times) in said)
            {
                for (var poll = 0; poll < times; poll++)
                {
                    now += Poll;
                    var price = amount * Units[unit];
                    offer = Guard.Judge(new ReadPrice(price, null, "RUB", true), offer, other is { } asked ? [asked] : [], now);

                    var near = (believed is { } was && Near(was, price)) || (other is { } theirs && Near(theirs, price, believed is null ? 10 : 2))
                        || (believed is null && other is null);
                    leap = near ? null : leap is { } going && Near(going.Price, price) ? (price, going.Since) : (price, now);
                    if (near || now - leap!.Value.Since >= Guard.Patience)
                        (believed, leap) = (price, null);
                    Assert.Equal(leap?.Price, offer.Value.Held?.Price);
                    Assert.Equal(leap?.Since, offer.Value.Held?.Since);
                    Assert.Equal(believed is not null, offer.Value.IsBelieved);
                    if (believed is { } trusted)
                        Assert.Equal(trusted, offer.Value.Price);
                }
            }
        });

    [Fact]
    public void No_number_of_the_dictionary_is_believed_when_it_is_wrong_by_a_thousand()
    {
        foreach (var attribute in BuiltInAttributes.All.Where(one => one.Kind is CatalogKind.Number or CatalogKind.Size))
        {
            for (var step = 0; step <= 20; step++)
            {
                var value = attribute.Min!.Value + ((attribute.Max!.Value - attribute.Min.Value) * step / 20);
                value = attribute.Unit.Length == 0 ? Math.Round(value) : Math.Round(value, 2);
                if (value == 0)
                    continue;
                Assert.False(IsSuspect(attribute, value), $"{attribute.Code} {value}");
                Assert.True(IsSuspect(attribute, value * 1000), $"{attribute.Code} {value} times a thousand");
                Assert.True(IsSuspect(attribute, value / 1000), $"{attribute.Code} {value} over a thousand");
            }
        }
    }

    private static bool IsSuspect(CatalogAttribute attribute, double value)
    {
        var text = value.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture);
        return ValueReading.Read(attribute, attribute.Kind == CatalogKind.Size ? $"{text}x{text}" : text, "", attribute.Unit)!.Suspect;
    }

    private static bool Near(decimal one, decimal other, int times = 10) => Math.Max(one, other) < times * Math.Min(one, other);

    private static GuardedOffer Believed(double price) => new((decimal)price, null, "RUB", true, null);

    private static GuardedOffer Judge(double said, GuardedOffer? before, double? other, int minute) => Guard.Judge(
        new ReadPrice((decimal)said, null, "RUB", true), before, other is { } asked ? [(decimal)asked] : [], Some.Start.AddMinutes(minute));
}
