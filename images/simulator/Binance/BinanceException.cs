namespace StockPipeline.Simulator.Binance;

/// <summary>A refusal as Binance writes it: a status of HTTP, a code of its own and a text.</summary>
internal sealed class BinanceException(int status, int code, string text) : Exception(text)
{
    public int Status { get; } = status;

    public int Code { get; } = code;
}
