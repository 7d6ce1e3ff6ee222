using System.Net;
using StockPipeline.Rates.Limits;
using StockPipeline.Rates.Rows;
using StockPipeline.Rates.Sources;

namespace StockPipeline.RatesService.Links;

/// <summary>
/// Looks, not often, at the list of what a host trades: an unknown name is accepted by a stream in silence, and a market that was closed keeps
/// its last price for ever.
/// </summary>
internal sealed class ListingWatch(LinkName name, StreamModule module, LinkContext context)
{
    /// <summary>The list of all markets of a large exchange has some megabytes.</summary>
    private const int LargestList = 64 << 20;

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    private readonly HostPatience patience = new(TimeSpan.FromMinutes(1));
    private readonly LinkSink sink = new(name, context);
    private DateTimeOffset next = DateTimeOffset.MinValue;
    private string seen = "";

    public async Task LookAsync(IReadOnlyCollection<string> feeds, CancellationToken cancellationToken)
    {
        var now = context.MarketClock.GetUtcNow();
        var asked = string.Join(' ', feeds.Order(StringComparer.Ordinal));
        if (feeds.Count == 0 || (now < next && asked == seen))
            return;
        // What changed is looked at soon, but a host that refuses is left alone.
        if (asked != seen && now < next && patience.IsRefused)
            return;
        seen = asked;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(AnswerLimit);
            using var answer = await context.Http.GetAsync(
                context.Hosts.Map(module.Listing(new Uri(name.Host))!), HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var body = await BoundedBody.ReadAsync(answer, LargestList, limit.Token);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                module.TakeListing(body.Span, feeds, sink);
                patience.Succeeded();
                next = now + module.Rules.ListingEvery;
                return;
            }
            Failed(Refusal.Of((int)answer.StatusCode, BoundedBody.RetryAfter(answer, context.MarketClock), Refusal.OneLine(body.Span)), now);
        }
        catch (Exception away) when (away is HttpRequestException or IOException or FormatException or OperationCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            Failed(new Refusal(RefusalKind.Away, null, $"the list of markets: {away.Message}"), now);
        }
    }

    private void Failed(in Refusal refusal, DateTimeOffset now)
    {
        var pause = patience.Refused(refusal);
        next = now + pause;
        Log.LinkFailed(context.Log, name, refusal.ToString(), pause);
    }
}
