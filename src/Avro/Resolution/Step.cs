namespace StockPipeline.Avro.Resolution;

/// <summary>Takes one value, or nothing, off the input and puts one, or nothing, on the output.</summary>
internal delegate void Step(ref PlanRun run);
