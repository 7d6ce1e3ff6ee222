using StockPipeline.Broker.Apis;

namespace StockPipeline.Broker.Protocol;

/// <summary>The APIs of one broker. What is registered is what ApiVersions advertises: a version cannot be announced without its code.</summary>
internal sealed class ApiRegistry
{
    private readonly SortedDictionary<ApiKey, IApi> apis = [];

    public ApiRegistry(IEnumerable<IApi> served)
    {
        foreach (var api in served)
            Add(api);
        Add(new ApiVersionsApi(this));
        Ranges = [.. apis.Values.Select(api => api.Range)];
    }

    /// <summary>What is advertised, by key.</summary>
    public IReadOnlyList<ApiRange> Ranges { get; }

    public IApi? Find(ApiKey key) => apis.GetValueOrDefault(key);

    private void Add(IApi api)
    {
        var range = api.Range;
        if (range.Min < 0 || range.Max < range.Min)
            throw new ArgumentException($"{range.Key} has the version range {range.Min} to {range.Max}.");
        if (!apis.TryAdd(range.Key, api))
            throw new ArgumentException($"{range.Key} is registered twice.");
    }
}
