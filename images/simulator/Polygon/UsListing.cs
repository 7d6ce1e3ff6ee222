namespace StockPipeline.Simulator.Polygon;

/// <summary>One made-up share of a real name: what its price begins around, and how often nobody trades in a minute.</summary>
internal sealed record UsListing(string Ticker, string Name, string Figi, string Exchange, double Price, double Emptiness)
{
    /// <summary>The splits there were and will be, oldest first.</summary>
    public IReadOnlyList<UsSplit> Splits { get; init; } = [];

    /// <summary>How many shares one of the beginning has become by a day.</summary>
    public decimal SharesOn(DateOnly date) =>
        Splits.Where(split => split.Date <= date).Aggregate(1m, (ratio, split) => ratio * split.To / split.From);

    public static IReadOnlyList<UsListing> All { get; } =
    [
        new("AAPL", "Apple Inc.", "BBG000B9XRY4", "XNAS", 190, 0), new("MSFT", "Microsoft Corp", "BBG000BPH459", "XNAS", 410, 0),
        new("GOOGL", "Alphabet Inc. Class A", "BBG009S39JX6", "XNAS", 165, 0), new("AMZN", "Amazon.Com Inc", "BBG000BVPV84", "XNAS", 180, 0),
        new("NVDA", "Nvidia Corp", "BBG000BBJQV0", "XNAS", 120, 0), new("META", "Meta Platforms, Inc.", "BBG000MM2P62", "XNAS", 500, 0),
        new("TSLA", "Tesla, Inc.", "BBG000N9MNX3", "XNAS", 220, 0), new("ADBE", "Adobe Inc.", "BBG000BB5006", "XNAS", 520, 0.05),
        new("PYPL", "PayPal Holdings, Inc.", "BBG0077VNXV6", "XNAS", 65, 0.05), new("INTC", "Intel Corp", "BBG000C0G1D1", "XNAS", 30, 0.02),
        new("CSCO", "Cisco Systems, Inc.", "BBG000C3J3C9", "XNAS", 48, 0.02), new("NFLX", "NetFlix Inc", "BBG000CL9VN6", "XNAS", 640, 0.05),
        new("QCOM", "Qualcomm Inc", "BBG000CGC1X8", "XNAS", 170, 0.05), new("AVGO", "Broadcom Inc.", "BBG00KHY5S69", "XNAS", 160, 0.05),
        new("NOW", "ServiceNow, Inc.", "BBG000M1R011", "XNYS", 780, 0.1), new("CRM", "Salesforce, Inc.", "BBG000BN2DC2", "XNYS", 250, 0.05),
        new("PANW", "Palo Alto Networks, Inc.", "BBG0014GJCT9", "XNAS", 330, 0.1),
        new("ZM", "Zoom Communications, Inc.", "BBG0042V6JM8", "XNAS", 62, 0.2),
        new("UBER", "Uber Technologies, Inc.", "BBG002B04MT8", "XNYS", 70, 0.05), new("DOCU", "DocuSign, Inc.", "BBG000N7KJX8", "XNAS", 55, 0.3),
    ];
}

/// <summary>A split on the morning of a day.</summary>
internal sealed record UsSplit(DateOnly Date, int From, int To);
