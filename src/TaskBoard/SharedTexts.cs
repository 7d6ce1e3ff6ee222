using StockPipeline.Contracts.Tasks;

namespace StockPipeline.TaskBoard;

/// <summary>Lets equal texts of different tasks be one: owners, kinds, workers, and the parameters of what is asked again and again.</summary>
internal sealed class SharedTexts
{
    /// <summary>Texts remembered; one past it, all are forgotten, which costs memory and nothing else.</summary>
    private const int MaxTexts = 20_000;

    /// <summary>Longer texts are hardly the same twice.</summary>
    private const int MaxLength = 512;

    private readonly HashSet<string> texts = new(StringComparer.Ordinal);

    public TaskState Share(TaskState state) => state with
    {
        Owner = Share(state.Owner)!,
        Kind = Share(state.Kind)!,
        Parameters = Share(state.Parameters)!,
        Digest = Share(state.Digest)!,
        Tag = Share(state.Tag),
        Schedule = Share(state.Schedule),
        Worker = Share(state.Worker),
        Result = Share(state.Result),
        ErrorCode = Share(state.ErrorCode),
        ErrorText = Share(state.ErrorText),
    };

    private string? Share(string? text)
    {
        if (text is null || text.Length > MaxLength)
            return text;
        if (texts.TryGetValue(text, out var known))
            return known;
        if (texts.Count >= MaxTexts)
            texts.Clear();
        texts.Add(text);
        return text;
    }
}
