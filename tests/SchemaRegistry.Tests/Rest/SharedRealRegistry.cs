using StockPipeline.Testing;

namespace StockPipeline.SchemaRegistryTests.Rest;

/// <summary>One registry that is not ours for all cases of a class.</summary>
public sealed class SharedRealRegistry : IAsyncLifetime
{
    private readonly RealRegistry registry = new();

    public Task<Uri?> StartAsync(Action<string> say) => registry.StartAsync(say);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await registry.DisposeAsync();
}
