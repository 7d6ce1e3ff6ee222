namespace StockPipeline.Testing;

/// <summary>The seed of one randomised test: printed when the test runs, taken from STOCKPIPELINE_SEED to repeat a failure.</summary>
public static class Seed
{
    public const string Variable = "STOCKPIPELINE_SEED";

    /// <summary>A fresh seed, or the one asked for; <paramref name="say"/> prints it where the test runner shows it.</summary>
    public static int Next(Action<string> say)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable(Variable), out var asked) ? asked : Random.Shared.Next();
        say($"seed {seed} (repeat with {Variable}={seed})");
        return seed;
    }
}
