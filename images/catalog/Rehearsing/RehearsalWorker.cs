using Microsoft.Extensions.Options;
using StockPipeline.Catalog.Merging;
using StockPipeline.Contracts.Catalog;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Workers;

namespace StockPipeline.CatalogApi.Rehearsing;

/// <summary>Rehearses once, prints what would differ, and ends the process.</summary>
internal sealed class RehearsalWorker(
    IOptions<RehearsalOptions> options, PipelineClient client, Health health, IHostApplicationLifetime lifetime, TimeProvider clock) : PipelineWorker
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        health.Check("rehearsal").Ready();
        var rules = MergeRules.Parse(await File.ReadAllTextAsync(options.Value.RulesFile!, cancellationToken));
        var rehearsal = new Rehearsal(
            client.Kafka, client.Topics.Catalog, client.Codecs.Catalog, rules, options.Value.StaleAfter, clock);
        var differing = 0;
        var fields = new SortedDictionary<string, int>(StringComparer.Ordinal);
        await rehearsal.RunAsync(changes => Say(changes, ++differing <= options.Value.Show, fields), cancellationToken);
        Console.WriteLine($"{differing} of {rehearsal.Products} products would differ");
        foreach (var (field, count) in fields)
            Console.WriteLine($"  {field}: {count}");
        lifetime.StopApplication();
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static void Say(IReadOnlyList<CatalogChange> changes, bool show, SortedDictionary<string, int> fields)
    {
        foreach (var change in changes)
        {
            fields[change.Field] = fields.GetValueOrDefault(change.Field) + 1;
            if (show)
                Console.WriteLine($"{change.Product}  {change.Field}: {change.From ?? "-"} -> {change.To ?? "-"}  ({change.Partner})");
        }
    }
}

/// <summary>Puts a rehearsal into a process.</summary>
internal static class RehearsalRegistration
{
    public static void AddRehearsal(this IHostApplicationBuilder builder, params IEnumerable<Setting> settings) =>
        builder.AddService<RehearsalWorker>("catalog-rehearsal", settings).WithOptions<RehearsalOptions>().WithPipelineClient();
}
