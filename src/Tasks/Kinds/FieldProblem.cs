namespace StockPipeline.Tasks.Kinds;

/// <summary>What is wrong with a parameter.</summary>
/// <param name="At">Where: a JSON pointer into the request.</param>
/// <param name="Message">For people: what is wrong and what is allowed.</param>
public sealed record FieldProblem(string At, string Message);
