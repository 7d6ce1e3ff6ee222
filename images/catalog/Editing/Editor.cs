using StockPipeline.Catalog.Attributes;
using StockPipeline.CatalogApi.Storing;
using StockPipeline.Contracts.Catalog;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Producing;

namespace StockPipeline.CatalogApi.Editing;

/// <summary>An edit whose merged record did not come back in time; it is kept, and will hold when it comes.</summary>
internal sealed class EditPendingException() : Exception("the edit is accepted, and its merged record has not come back yet");

/// <summary>An edit to be made.</summary>
/// <param name="Word">The editor's new word on the product.</param>
/// <param name="Current">The product as it is; null where it is new.</param>
internal sealed record EditDraft(CatalogItem Word, CatalogProduct? Current);

/// <summary>
/// Takes edits in as the word of the partner <c>editor</c>: nothing is written to the tables but what the topics say, and an edit is answered when
/// the merged record has come back. Safe from any thread.
/// </summary>
internal sealed class Editor(
    CatalogState state, EditWaits waits, TopicWriter<CatalogItem> items, TopicWriter<CatalogAttribute> attributes, TopicWriter<CatalogAlias> aliases,
    TimeSpan patience, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1);

    public static async Task<Editor> CreateAsync(
        CatalogState state, EditWaits waits, KafkaClient kafka, CatalogTopics topics, CatalogCodecs codecs, TimeSpan patience, TimeProvider clock,
        CancellationToken cancellationToken) => new(
            state, waits, kafka.WriteTo(topics.Items, await codecs.ItemsAsync(cancellationToken)),
            kafka.WriteTo(topics.Attributes, await codecs.AttributesAsync(cancellationToken)),
            kafka.WriteTo(topics.Aliases, await codecs.AliasesAsync(cancellationToken)), patience, clock);

    /// <summary>One edit at a time: each is made from the record that holds the one before.</summary>
    /// <param name="look">Reads the product as it is now, and makes the editor's new word on it; null changes nothing.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The merged record that holds the edit; null where there was none to make.</returns>
    /// <exception cref="EditPendingException">The record did not come back in time.</exception>
    public async Task<CatalogProduct?> ApplyAsync(Func<CancellationToken, Task<EditDraft?>> look, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (await look(cancellationToken) is not { } draft)
                return null;
            var word = draft.Word with { ObservedAt = clock.GetUtcNow() };
            word = word with { Hash = ItemHash.Of(word) };
            // Nothing would be merged anew, and so nothing would come back.
            if (draft.Current is { } current && current.Sources.Any(source => source.Partner == CatalogPartner.Editor && source.Hash == word.Hash))
                return current;
            var stored = waits.Begin(word.Product, word.Hash) ?? throw new EditPendingException();
            await items.DeliverAsync(CatalogItem.KeyOf(word.Product, CatalogPartner.Editor), word, cancellationToken);
            return await waits.EndAsync(word.Product, word.Hash, stored, patience, cancellationToken) ?? throw new EditPendingException();
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The attribute of that name in that group, made where there is none; null when the editor's numbers are used up.</summary>
    public async Task<CatalogAttribute?> AttributeAsync(CatalogGroup group, string name, CancellationToken cancellationToken)
    {
        var book = state.Dictionary.Book();
        if (book.FindIn(group.Code, name) is { } known)
            return known;
        if (book.Add(CatalogPartner.Editor, "", name, group.Name, null) is not { } added)
            return null;
        added = added with { Group = group };
        await attributes.DeliverAsync(added.Code, added, cancellationToken);
        state.Dictionary = state.Dictionary.With(added);
        return added;
    }

    /// <summary>A person's word on what a partner's product is; null withdraws it.</summary>
    public Task DeliverAsync(string key, CatalogAlias? alias, CancellationToken cancellationToken) =>
        aliases.DeliverAsync(key, alias, cancellationToken);

    public void Dispose() => gate.Dispose();
}
