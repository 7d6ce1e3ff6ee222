namespace StockPipeline.Bench.Websocket;

/// <summary>What a server says of a stretch of broadcasting.</summary>
/// <param name="Published">Messages, each for all clients.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Cpu">Seconds of processor time, of the whole process.</param>
public sealed record ServedStretch(long Published, double Seconds, double Cpu);
