namespace StockPipeline.RepositoryTests;

/// <summary>A small tree made up for one rule.</summary>
/// <param name="Rule">The rule it is for.</param>
/// <param name="Name">What is special about it.</param>
/// <param name="Says">A part of what the rule has to say of it; nothing where it has nothing to say.</param>
/// <param name="Tree">The files.</param>
internal sealed record RuleSample(string Rule, string Name, string Says, params SourceFile[] Tree);
