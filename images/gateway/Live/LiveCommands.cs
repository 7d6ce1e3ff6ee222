using System.Globalization;
using System.Text;
using System.Text.Json;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Time;
using StockPipeline.Fanout.Protocol;
using StockPipeline.Gateway.Alerts;
using StockPipeline.Gateway.Board;
using StockPipeline.Gateway.Feed;
using StockPipeline.Gateway.Series;
using StockPipeline.Gateway.Tasks;
using StockPipeline.TaskApi;

namespace StockPipeline.Gateway.Live;

/// <summary>
/// Understands what a client says and does it. Unknown members are ignored; what is wrong with one subscription does not touch the others.
/// </summary>
internal sealed class LiveCommands(
    MarketTables tables, Boards boards, TaskDesk tasks, LiveLimits limits, TimeProvider clock, TimeProvider market)
{
    private const int UsualLast = 200;
    private const int MaxId = 64;

    /// <summary>Whose events can be followed; nothing where there are none.</summary>
    public AlertTable? Alerts { get; init; }

    /// <returns>What the client is closed with; nothing when it may go on.</returns>
    public (CloseCode Code, string Reason)? Take(LiveSocket socket, ReadOnlyMemory<byte> message)
    {
        try
        {
            using var document = JsonDocument.Parse(message, new JsonDocumentOptions { MaxDepth = 8 });
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? document.RootElement.EnumerateArray().Select(one => Take(socket, one)).FirstOrDefault(refused => refused is not null)
                : Take(socket, document.RootElement);
        }
        catch (JsonException broken)
        {
            return (LiveCode.BadMessage, $"not JSON: {broken.Message}");
        }
    }

    private (CloseCode Code, string Reason)? Take(LiveSocket socket, JsonElement command)
    {
        if (command.ValueKind != JsonValueKind.Object || Text(command, "op") is not { } op)
            return (LiveCode.BadMessage, "an object with a member op is expected: subscribe, unsubscribe or ping");
        var (id, errors) = (Id(command), new List<string>());
        switch (op)
        {
            case "subscribe":
                return Subscribe(socket, command, id, errors);
            case "unsubscribe":
                foreach (var sub in Subs(command))
                    Unsubscribe(socket, sub, errors);
                return Acknowledge(socket, id, errors);
            case "ping":
                return Answer(socket, $"{{\"type\":\"pong\",\"id\":{id},\"time\":\"{Now(clock)}\",\"market\":\"{Now(market)}\"}}");
            default:
                return Answer(socket, $"{{\"type\":\"error\",\"id\":{id},\"code\":\"unknown-op\"}}");
        }
    }

    private (CloseCode Code, string Reason)? Subscribe(LiveSocket socket, JsonElement command, string id, List<string> errors)
    {
        var made = new List<Subscription>();
        lock (socket.Subscriptions)
        {
            foreach (var sub in Subs(command))
            {
                // The socket may be lost while its command is being read.
                if (socket.HasLeft)
                    break;
                if (Make(socket, sub, out var problem) is { } subscription)
                {
                    socket.Subscriptions.Add(subscription.Number, subscription);
                    made.Add(subscription);
                }
                else
                {
                    errors.Add(Error(sub, problem!));
                }
            }
        }
        socket.HasSaidHello |= made.Count > 0;
        var refused = Acknowledge(socket, id, errors);
        foreach (var subscription in made)
            subscription.Begin();
        return refused;
    }

    private Subscription? Make(LiveSocket socket, JsonElement sub, out string? problem)
    {
        problem = null;
        if (sub.ValueKind != JsonValueKind.Object || !sub.TryGetProperty("sub", out var named) || !named.TryGetInt32(out var number) || number < 0)
            problem = "sub-missing";
        else if (socket.Subscriptions.ContainsKey(number))
            problem = "sub-taken";
        else if (socket.Subscriptions.Count >= limits.MaxSubscriptions)
            problem = "too-many-subscriptions";
        else if (Text(sub, "stream") == "tasks")
            return MakeTasks(socket, sub, number, out problem);
        else if (Text(sub, "stream") == "alerts" && Alerts is { } alerts)
            return new AlertSubscription(socket, number, alerts.EventsOf(AlertKey.OwnerOf(socket.Owner)));
        else if (Text(sub, "interval") is not { } intervalText || !Interval.TryParse(intervalText, out var interval))
            problem = "unknown-interval";
        else if (Text(sub, "stream") == "board"
            && (Text(sub, "values") is { } values ? boards.Of(interval, values) : boards.Of(interval)) is { } board)
            return new BoardSubscription(socket, number, board);
        else if (Text(sub, "stream") is not { } stream || tables.Find(stream, interval) is not { } topic)
            problem = "unknown-stream";
        else
            return MakeSeries(socket, sub, number, topic, out problem);
        return null;
    }

    private TaskSubscription? MakeTasks(LiveSocket socket, JsonElement sub, int number, out string? problem)
    {
        var last = 0;
        problem = sub.TryGetProperty("last", out var asked) && (!asked.TryGetInt32(out last) || last < 0 || last > TaskSubscription.MaxLast)
            ? "bad-start" : null;
        return problem is null ? new TaskSubscription(socket, number, tasks, last) : null;
    }

    private SeriesGroup? MakeSeries(LiveSocket socket, JsonElement sub, int number, SeriesTopic topic, out string? problem)
    {
        problem = null;
        var name = Text(sub, "figi") ?? Text(sub, "ticker") ?? "";
        LiveSeries? only = null;
        if (name != "*")
        {
            if (tables.FindTraded(name) is not { } instrument)
            {
                problem = "unknown-instrument";
                return null;
            }
            only = topic.Get(instrument.Figi, instrument.Ticker);
        }
        if (Start(sub, topic, only) is not { } start)
        {
            problem = "bad-start";
            return null;
        }
        return new SeriesGroup(socket, number, topic, only, start, clock, limits.MarkEvery);
    }

    private SeriesStart? Start(JsonElement sub, SeriesTopic topic, LiveSeries? only)
    {
        var last = UsualLast;
        if (sub.TryGetProperty("last", out var asked) && (!asked.TryGetInt32(out last) || last < 0 || last > limits.MaxLast))
            return null;
        long? from = null;
        if (Text(sub, "from") is { } fromText)
        {
            if (!DateTimeOffset.TryParse(fromText, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
                return null;
            from = instant.ToUnixTimeMilliseconds();
        }
        if (Text(sub, "pos") is not { } text)
            return new SeriesStart(last, from, null);
        var wanted = only is null ? topic.Partitions : 1;
        if (!LivePosition.TryParse(text, out var position) || position.Partitions.Length != wanted)
            return new SeriesStart(last, from, null, "the position is not one of ours");
        if (position.Incarnation != topic.Incarnation)
            return new SeriesStart(last, from, null, "the topic has been made anew");
        if (clock.GetUtcNow() - position.Made > limits.ResumeLimit)
            return new SeriesStart(last, from, null, "the position is too old");
        return new SeriesStart(last, from, position);
    }

    private static void Unsubscribe(LiveSocket socket, JsonElement sub, List<string> errors)
    {
        Subscription? found = null;
        lock (socket.Subscriptions)
        {
            if (sub.ValueKind == JsonValueKind.Number && sub.TryGetInt32(out var number))
                socket.Subscriptions.Remove(number, out found);
        }
        if (found is null)
            errors.Add(Error(sub, "unknown-sub"));
        else
            found.End();
    }

    private static (CloseCode Code, string Reason)? Acknowledge(LiveSocket socket, string id, List<string> errors) =>
        Answer(socket, $"{{\"type\":\"ack\",\"id\":{id},\"errors\":[{string.Join(',', errors)}]}}");

    private static (CloseCode Code, string Reason)? Answer(LiveSocket socket, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= ServerFrame.MaxText && socket.Answer(ServerFrame.Text(bytes))
            ? null
            : (LiveCode.TooFast, "answers wait that the client does not take");
    }

    private static JsonElement.ArrayEnumerator Subs(JsonElement command) =>
        command.TryGetProperty("subs", out var subs) && subs.ValueKind == JsonValueKind.Array ? subs.EnumerateArray() : default;

    private static string Error(JsonElement sub, string code) =>
        $"{{\"sub\":{(sub.ValueKind == JsonValueKind.Object && sub.TryGetProperty("sub", out var named) && named.ValueKind == JsonValueKind.Number
            ? named.GetRawText() : "null")},\"code\":\"{code}\"}}";

    /// <summary>The client's own name of its command, given back as it was.</summary>
    private static string Id(JsonElement command) =>
        command.TryGetProperty("id", out var id) && id.ValueKind is JsonValueKind.Number or JsonValueKind.String
            && id.GetRawText() is { Length: <= MaxId } text
            ? text
            : "null";

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static string Now(TimeProvider time) => time.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
