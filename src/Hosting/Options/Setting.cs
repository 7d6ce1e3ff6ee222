namespace StockPipeline.Hosting.Options;

/// <summary>One variable that holds for one service of a process alone, laid over the environment.</summary>
public readonly record struct Setting(string Name, string Value)
{
    public static implicit operator Setting((string Name, string Value) pair) => new(pair.Name, pair.Value);

    public static Setting ToSetting((string Name, string Value) pair) => pair;
}
