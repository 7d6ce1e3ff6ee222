using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Gateway.Feed;
using StockPipeline.Gateway.Rest;
using StockPipeline.Gateway.Tasks;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Streaming.Producing;
using StockPipeline.Workers;

namespace StockPipeline.Gateway.Indicators;

/// <summary>The live list of indicators: what the setting names, and what people add to it and take off it while the pipeline runs.</summary>
internal sealed class IndicatorPages(PipelineClient client, MarketTables tables, TaskDoor tasks, TimeProvider clock)
{
    /// <summary>How long a request waits for Kafka.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>As usual it is always there.</summary>
    private const string Macd = "macd";

    private TopicWriter<PromotedIndicator>? writer;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/indicators", All).WithName("indicators").WithTags("series")
            .WithSummary("The live list: the indicators whose values flow, and who added those that the setting does not name.");
        routes.MapPost("/api/indicators", PromoteAsync).WithName("promote-indicator").WithTags("series")
            .WithSummary("Adds an indicator to the live list, such as macd(8,17,9). Administrators only, where there are accounts.");
        routes.MapDelete("/api/indicators/{name}", RemoveAsync).WithName("remove-indicator").WithTags("series")
            .WithSummary("Takes an indicator that was added off the live list, by its name in topics, such as macd-8-17-9.");
    }

    private Ok<IReadOnlyList<IndicatorAnswer>> All() => TypedResults.Ok<IReadOnlyList<IndicatorAnswer>>(
    [
        .. client.Topics.Indicators.Prepend(Macd).Select(slug => new IndicatorAnswer(
            IndicatorCatalogue.TryParseSlug(slug, out var one) ? one.ToString() : slug, slug, false, null, null)),
        .. tables.Promoted.Current.Select(IndicatorAnswer.Of),
    ]);

    private async Task<Results<Created<IndicatorAnswer>, Ok<IndicatorAnswer>, ProblemHttpResult>> PromoteAsync(HttpContext http, IndicatorWish wish)
    {
        if (await RefuseAsync(http) is { } refused)
            return refused;
        if (ChosenIndicators.Problem(wish.Indicator) is { } problem)
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, "not-an-indicator", problem + ".");
        if (ChosenIndicators.Parse(wish.Indicator) is not [var indicator])
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, "not-an-indicator", "One indicator is named, such as macd(8,17,9).");
        if (client.Topics.Indicators.Contains(indicator.Slug))
            return TypedResults.Ok(new IndicatorAnswer(indicator.ToString(), indicator.Slug, false, null, null));
        if (Find(indicator.Slug) is { } there)
            return TypedResults.Ok(IndicatorAnswer.Of(there));
        if (tables.Promoted.Current.Count >= PromotedIndicators.Most)
        {
            return Problem.Of(StatusCodes.Status409Conflict, "too-many-indicators",
                $"There can be no more than {PromotedIndicators.Most} added ones: take one off first.");
        }
        var isDone = await IsDoneAsync(http, async stop =>
        {
            // Workers and gateways look for the topics as soon as they read of it: they are there before.
            await client.Kafka.ProvisionAsync([.. Interval.All.Select(one => PipelineTopics.OfIndicator(indicator.Slug, one))], stop);
            await SayAsync(indicator.Slug, new PromotedIndicator(indicator.ToString(), tasks.OwnerOf(http), Now()), stop);
            await UntilAsync(() => Find(indicator.Slug) is not null, stop);
        });
        return isDone && Find(indicator.Slug) is { } added
            ? TypedResults.Created($"/api/indicators/{indicator.Slug}", IndicatorAnswer.Of(added))
            : TooSlow();
    }

    private async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(HttpContext http, string name)
    {
        if (await RefuseAsync(http) is { } refused)
            return refused;
        if (name == Macd || client.Topics.Indicators.Contains(name))
            return Problem.Of(StatusCodes.Status409Conflict, "named-by-setting", $"'{name}' is there by the settings of the installation.");
        if (Find(name) is null)
            return Problem.Of(StatusCodes.Status404NotFound, "unknown-indicator", $"'{name}' is not on the live list.");
        var isDone = await IsDoneAsync(http, async stop =>
        {
            await SayAsync(name, null, stop);
            await UntilAsync(() => Find(name) is null, stop);
        });
        return isDone ? TypedResults.NoContent() : TooSlow();
    }

    private async Task<ProblemHttpResult?> RefuseAsync(HttpContext http)
    {
        if (!await tasks.IsAdminAsync(http))
            return Problem.Of(StatusCodes.Status403Forbidden, "administrators-only", "Only administrators change the live list.");
        if (!tables.Promoted.Complete.IsCompleted)
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, "not-ready", "The live list is being read; ask again in a moment.");
        return client.Topics.Indicators.Count > 0
            ? null
            : Problem.Of(StatusCodes.Status409Conflict, "no-indicators", "INDICATORS is none: nobody calculates indicators in this installation.");
    }

    private Promotion? Find(string slug) => tables.Promoted.Current.FirstOrDefault(one => one.Indicator.Slug == slug);

    private async Task SayAsync(string slug, PromotedIndicator? promoted, CancellationToken cancellationToken)
    {
        writer ??= client.Kafka.WriteTo(IndicatorTopics.Promoted, await client.Codecs.PromotedIndicatorsAsync(cancellationToken));
        await writer.DeliverAsync(slug, promoted, cancellationToken);
    }

    /// <summary>Whoever was answered sees what was done.</summary>
    private async Task UntilAsync(Func<bool> isSo, CancellationToken cancellationToken)
    {
        for (var seen = tables.Promoted.Current; !isSo();)
            seen = await tables.Promoted.AfterAsync(seen, cancellationToken);
    }

    private async Task<bool> IsDoneAsync(HttpContext http, Func<CancellationToken, Task> work)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, http.RequestAborted);
        try
        {
            await work(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return false;
        }
    }

    private static ProblemHttpResult TooSlow() =>
        Problem.Of(StatusCodes.Status503ServiceUnavailable, "kafka-silent", "Kafka did not answer in time; ask again.");

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
}

/// <summary>What is to be added.</summary>
internal sealed record IndicatorWish(string Indicator);

/// <summary>One of the live list.</summary>
internal sealed record IndicatorAnswer(string Indicator, string Name, bool Promoted, string? By, DateTimeOffset? At)
{
    public static IndicatorAnswer Of(Promotion one) => new(one.Indicator.ToString(), one.Indicator.Slug, true, one.By, one.At);
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<IndicatorAnswer>))]
[JsonSerializable(typeof(IndicatorWish))]
internal sealed partial class IndicatorJson : JsonSerializerContext;
