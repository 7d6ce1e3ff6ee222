using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Protocol;

/// <summary>An API that never waits.</summary>
internal interface IPromptApi : IApi
{
    /// <summary>Reads the whole body of the request before anything is done, and writes that of the answer.</summary>
    void Answer(WireReader request, WireWriter answer);

    ValueTask IApi.AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        Answer(request.Reader(), answer);
        return ValueTask.CompletedTask;
    }
}
