using System.Net;
using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Limits;
using StockPipeline.Rates.Rows;
using StockPipeline.Rates.Sources;

namespace StockPipeline.RatesService.Links;

/// <summary>
/// Asks one host again and again, as few times as it allows, within its limits, and leaves it alone for as long as it says. One feed that makes
/// it refuse all of them is found and asked for alone.
/// </summary>
internal sealed class PollLink(LinkName name, PollModule module, LinkContext context) : ILink
{
    /// <summary>How long a feed that is refused alone stays out.</summary>
    private static readonly TimeSpan OutFor = TimeSpan.FromMinutes(30);

    private readonly RequestBudget budget = new(module.Rules.WeightPerMinute);
    private readonly HostPatience patience = new(module.Rules.UsualPause);
    private readonly Dictionary<string, DateTimeOffset> outUntil = new(StringComparer.Ordinal);
    private readonly LinkSink sink = new(name, context);
    private volatile IReadOnlyList<SourceRow> rows = [];
    private bool suspicious;
    private bool failing;

    public void Follow(IReadOnlyList<SourceRow> wanted) => rows = wanted;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var began = context.MarketClock.GetUtcNow();
            var pause = await RoundAsync(cancellationToken);
            if (sink.LastAlive is not { } alive || context.MarketClock.GetUtcNow() - alive > Rate.ProofHolds + module.Rules.Every)
                context.Publisher.Silence(name);
            var next = pause ?? (began + module.Rules.Every - context.MarketClock.GetUtcNow());
            if (next > TimeSpan.Zero)
                await Task.Delay(next, context.MarketClock, cancellationToken);
        }
    }

    /// <summary>Asks for everything once.</summary>
    /// <returns>How long the host is to be left alone, if it refused.</returns>
    private async Task<TimeSpan?> RoundAsync(CancellationToken cancellationToken)
    {
        var now = context.MarketClock.GetUtcNow();
        var wanted = rows.GroupBy(row => row.Url.GetLeftPart(UriPartial.Path)).ToDictionary(
            group => new Uri(group.Key), group => group.SelectMany(row => row.Feeds).Select(feed => feed.Name).Distinct()
                .Where(feed => !outUntil.TryGetValue(feed, out var until) || now >= until).ToList());
        foreach (var (url, feeds) in wanted.Where(one => one.Value.Count > 0))
        {
            var requests = suspicious ? [.. feeds.SelectMany(feed => module.Requests(url, [feed]))] : module.Requests(url, feeds);
            foreach (var request in requests)
            {
                await WaitForBudgetAsync(request.Weight, cancellationToken);
                if (await AskAsync(request, cancellationToken) is { } pause)
                    return pause;
            }
        }
        suspicious = false;
        return null;
    }

    private async Task WaitForBudgetAsync(int weight, CancellationToken cancellationToken)
    {
        while (budget.Take(weight, context.MarketClock.GetUtcNow()) is var wait && wait > TimeSpan.Zero)
            await Task.Delay(wait, context.MarketClock, cancellationToken);
    }

    private async Task<TimeSpan?> AskAsync(PollRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(module.Rules.AnswerLimit);
            using var message = new HttpRequestMessage(HttpMethod.Get, context.Hosts.Map(request.Url));
            if (module.KeyHeader(request.Url) is { } header && context.Keys.TryGetValue(module.Name, out var key))
                message.Headers.TryAddWithoutValidation(header, key.Reveal());
            using var answer = await context.Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var body = await BoundedBody.ReadAsync(answer, module.Rules.LargestAnswer, limit.Token);
            if (answer.StatusCode != HttpStatusCode.OK)
                return Refused(module.Refuse((int)answer.StatusCode, BoundedBody.RetryAfter(answer, context.MarketClock), body.Span), request);
            module.Take(body.Span, request.Feeds, sink);
        }
        catch (FormatException misread)
        {
            return Failed(new Refusal(RefusalKind.Away, null, $"the answer is not understood: {misread.Message}"));
        }
        catch (Exception away) when (away is HttpRequestException or IOException or OperationCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            var reason = away is OperationCanceledException ? $"no answer within {module.Rules.AnswerLimit.TotalSeconds} s" : away.Message;
            return Failed(new Refusal(RefusalKind.Away, null, reason));
        }
        if (failing)
            Log.LinkWorks(context.Log, name);
        failing = false;
        patience.Succeeded();
        sink.Alive();
        context.Publisher.Prove(name, context.MarketClock.GetUtcNow());
        return null;
    }

    private TimeSpan? Refused(in Refusal refusal, PollRequest request)
    {
        if (refusal.Kind != RefusalKind.Wrong)
            return Failed(refusal);
        if (request.Feeds.Count > 1)
        {
            // One of them is wrong and the answer does not say which: the next round asks for each alone.
            suspicious = true;
            sink.Refused(refusal.Text);
            return TimeSpan.FromSeconds(1);
        }
        sink.TakeStatus(request.Feeds[0], RateStatus.Gone, refusal.Text);
        outUntil[request.Feeds[0]] = context.MarketClock.GetUtcNow() + OutFor;
        return null;
    }

    private TimeSpan Failed(in Refusal refusal)
    {
        var pause = patience.Refused(refusal);
        Log.LinkFailed(context.Log, name, refusal.ToString(), pause);
        failing = true;
        return pause;
    }
}
