using System.Runtime.InteropServices;

namespace StockPipeline.CatalogApi.Searching;

/// <summary>
/// Which products hold which words. There are far fewer words than products, so what a person types is looked for within each word, and found
/// wherever it stands. Used under its owner's lock.
/// </summary>
internal sealed class WordIndex
{
    /// <summary>Holders beyond which a bit for every product is the smaller way to remember them.</summary>
    private const int Few = 512;

    private readonly Dictionary<string, Holders> words = new(StringComparer.Ordinal);

    /// <summary>Adds a product's words, and gives the last of them as the text that all its holders share.</summary>
    public string Add(int slot, IEnumerable<string> said)
    {
        var shared = "";
        foreach (var word in said.Distinct(StringComparer.Ordinal))
        {
            ref var holders = ref CollectionsMarshal.GetValueRefOrAddDefault(words, word, out _);
            holders ??= new Holders(word);
            holders.Add(slot);
            shared = holders.Word;
        }
        return shared;
    }

    public void Remove(int slot, IEnumerable<string> said)
    {
        foreach (var word in said.Distinct(StringComparer.Ordinal))
        {
            if (words[word].Remove(slot))
                words.Remove(word);
        }
    }

    /// <summary>Sets <paramref name="found"/> to the products with a word that holds the text.</summary>
    public void Find(string part, SlotSet found)
    {
        found.Clear();
        foreach (var (word, holders) in words)
        {
            if (word.Contains(part, StringComparison.Ordinal))
                holders.AddTo(found);
        }
    }

    /// <summary>Adds the products with exactly this word.</summary>
    public void FindWhole(string word, SlotSet found)
    {
        if (words.TryGetValue(word, out var holders))
            holders.AddTo(found);
    }

    public void Clear() => words.Clear();

    private sealed class Holders(string word)
    {
        private int[] few = new int[1];
        private int count;
        private SlotSet? many;

        public string Word => word;

        public void Add(int slot)
        {
            count++;
            if (many is not null)
            {
                many.Add(slot);
                return;
            }
            if (count <= Few)
            {
                if (count > few.Length)
                    Array.Resize(ref few, few.Length * 2);
                few[count - 1] = slot;
                return;
            }
            many = new SlotSet(slot);
            foreach (var one in few)
                many.Add(one);
            many.Add(slot);
            few = [];
        }

        /// <returns>Nobody holds it any more.</returns>
        public bool Remove(int slot)
        {
            if (many is not null)
                many.Remove(slot);
            else if (Array.IndexOf(few, slot, 0, count) is var at and >= 0)
                few[at] = few[count - 1];
            return --count == 0;
        }

        public void AddTo(SlotSet found)
        {
            if (many is not null)
            {
                found.UniteWith(many);
                return;
            }
            foreach (var slot in few.AsSpan(0, count))
                found.Add(slot);
        }
    }
}
