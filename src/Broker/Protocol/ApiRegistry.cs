using StockPipeline.Broker.Apis;

namespace StockPipeline.Broker.Protocol;

/// <summary>The APIs of one broker. What is registered is what ApiVersions advertises: a version cannot be announced without its code.</summary>
internal sealed class ApiRegistry
{
    private readonly Dictionary<ApiKey, IApi> apis;

    public ApiRegistry(IEnumerable<IApi> served)
    {
        apis = served.Append(new ApiVersionsApi(this)).ToDictionary(api => api.Range.Key);
        Ranges = [.. apis.Values.Select(api => api.Range).OrderBy(range => range.Key)];
    }

    /// <summary>What is advertised, by key.</summary>
    public IReadOnlyList<ApiRange> Ranges { get; }

    public IApi? Find(ApiKey key) => apis.GetValueOrDefault(key);
}
