using StockPipeline.Fanout.Protocol;

namespace StockPipeline.Gateway.Live;

/// <summary>One message of a client; a close carries what the client did wrong, if it did.</summary>
internal readonly record struct ClientMessage(Opcode Opcode, ReadOnlyMemory<byte> Payload, (CloseCode Code, string Reason)? Problem);
