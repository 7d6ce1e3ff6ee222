namespace StockPipeline.Contracts.Records;

/// <summary>What kind of trading a stretch of a day is. The numbers are the positions of the symbols in the Avro enum.</summary>
public enum SessionKind
{
    OpeningAuction = 0,
    Premarket = 1,
    Main = 2,
    ClosingAuction = 3,
    EveningAuction = 4,
    Evening = 5,
    Weekend = 6,
}
