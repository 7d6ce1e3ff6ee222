namespace StockPipeline.Testing.Soak;

/// <summary>The names the clients of a soak share.</summary>
public static class SoakTopic
{
    public const string Name = "soak";

    public const string Group = "soak";
}
