using System.Collections.Concurrent;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogApi.Editing;

/// <summary>Edits that wait until the record which holds them is in the tables. Safe from any thread.</summary>
internal sealed class EditWaits(TimeProvider clock)
{
    /// <summary>Waiting edits; one past it, an edit is refused.</summary>
    private const int MaxWaits = 1_000;

    private readonly ConcurrentDictionary<(string Product, string Hash), TaskCompletionSource<CatalogProduct>> waiting = new();

    /// <summary>Begins to wait; to be called before the edit is sent. Null when too many wait already.</summary>
    public Task<CatalogProduct>? Begin(string product, string hash) => waiting.Count >= MaxWaits
        ? null
        : waiting.GetOrAdd((product, hash), _ => new TaskCompletionSource<CatalogProduct>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>The merged record; null when it did not come in time.</summary>
    public async Task<CatalogProduct?> EndAsync(string product, string hash, Task<CatalogProduct> stored, TimeSpan limit,
        CancellationToken cancellationToken)
    {
        try
        {
            return await stored.WaitAsync(limit, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            waiting.TryRemove((product, hash), out _);
        }
    }

    /// <summary>Tells whoever waits for what this record holds.</summary>
    public void Stored(CatalogProduct product)
    {
        foreach (var source in product.Sources)
        {
            if (source.Partner == CatalogPartner.Editor && waiting.TryGetValue((product.Key, source.Hash), out var wait))
                wait.TrySetResult(product);
        }
    }
}
