using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Protocol;

/// <summary>
/// One API of the protocol: decodes its request, does the work and encodes the answer, for every version it advertises.
/// Called by many connections at once, by each for one request at a time.
/// </summary>
internal interface IApi
{
    ApiRange Range { get; }

    /// <summary>
    /// Writes the body of the answer: the header is there already, the tags at the end follow. What the request asks for wrongly is answered
    /// with an error code; <see cref="MalformedRequestException"/> closes the connection. <paramref name="cancel"/> ends a wait when the client
    /// or the broker goes.
    /// </summary>
    ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel);
}
