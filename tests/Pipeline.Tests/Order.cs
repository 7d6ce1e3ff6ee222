// Each test runs a whole pipeline: side by side they would only be slower, and the market's clock would run away from all of them.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
