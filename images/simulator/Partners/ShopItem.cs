using System.Globalization;

namespace StockPipeline.Simulator.Partners;

/// <summary>One product of a shop at one moment: what it is called, and the dice its values are drawn with.</summary>
internal sealed record ShopItem
{
    private const int EditionPart = 1_000_001;
    private const int PricePart = 1_000_003;
    private const int CheapestRoubles = 9_000;
    private const int DearestRoubles = 250_000;

    public required string Brand { get; init; }

    public required string Card { get; init; }

    /// <summary>Of the name and the identity.</summary>
    public required ShopDice Dice { get; init; }

    /// <summary>Of what a product costs in all shops.</summary>
    public required ShopDice Everywhere { get; init; }

    /// <summary>Counts how often values have been drawn anew; the price follows each, a value of one in twenty products too.</summary>
    public required long Draw { get; init; }

    /// <summary>What faults do to it; none is nothing.</summary>
    public ItemFault Fault { get; init; }

    public string Name => Fault switch
    {
        ItemFault.Renamed => $"Видеокарта {Brand} {Card} Refresh",
        ItemFault.OtherSpelling => $"видеокарта  {Brand.ToUpperInvariant()}  {Card.Replace("RTX ", "RТX", StringComparison.Ordinal)}",
        _ => $"Видеокарта {Brand} {Card}",
    };

    /// <summary>In whole roubles, ending as prices in shops do.</summary>
    public int Price
    {
        get
        {
            // Shops ask about the same for a card, and each something else.
            var listed = Everywhere.Between(PricePart, CheapestRoubles, DearestRoubles);
            var moved = listed * (900 + Dice.Within(Draw).Below(PricePart, 201)) / 1000;
            var price = (moved / 100 * 100) + 90;
            return Fault switch
            {
                ItemFault.PriceTimes100 => price * 100,
                ItemFault.PriceInThousands => price / 1000,
                _ => price,
            };
        }
    }

    public bool Available => Dice.Within(Draw).Below(PricePart + 1, 10) > 0;

    /// <summary>The dice of one property, which drift for the one property that changes.</summary>
    public ShopDice DiceOf(int property, int properties)
    {
        var within = Dice.Within(Draw);
        return Draw > 0 && within.Below(EditionPart, 20) == 0 && within.Below(EditionPart + 1, properties) == property ? within : Dice;
    }

    public static string CardOf(int index)
    {
        var card = CardPool.Cards[index / CardPool.Brands.Length % CardPool.Cards.Length];
        var edition = index / CardPool.Names;
        if (edition == 0)
            return card;
        var version = ((edition - 1) / CardPool.Editions.Length) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{card} {CardPool.Editions[(edition - 1) % CardPool.Editions.Length]} V{version}");
    }
}

/// <summary>What a fault does to one item of an answer.</summary>
public enum ItemFault
{
    None,
    Renamed,
    OtherSpelling,
    WrongUnit,
    PriceTimes100,
    PriceInThousands,
    Unreadable,
}
