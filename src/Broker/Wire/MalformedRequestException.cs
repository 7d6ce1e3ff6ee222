namespace StockPipeline.Broker.Wire;

/// <summary>The bytes of a request are not what the protocol allows; the connection they came from is closed without an answer.</summary>
internal sealed class MalformedRequestException(string message) : Exception(message);
