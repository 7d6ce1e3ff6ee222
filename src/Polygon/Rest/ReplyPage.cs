namespace StockPipeline.Polygon.Rest;

/// <summary>One page of an answer, and where the next one is.</summary>
internal sealed record ReplyPage<T>(IReadOnlyList<T> Items, Uri? Next);
