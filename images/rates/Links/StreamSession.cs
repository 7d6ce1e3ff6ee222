using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using StockPipeline.Rates.Rows;
using StockPipeline.Rates.Sources;

namespace StockPipeline.RatesService.Links;

/// <summary>
/// One open connection: asks for its feeds at the pace the source allows, reads what comes, and watches: the connection as a whole, and each
/// feed by itself, for streams also stall while their connection lives.
/// </summary>
internal sealed class StreamSession : IAsyncDisposable
{
    /// <summary>Messages that wait to be sent; more would mean that the source takes nothing any more.</summary>
    private const int MostWaiting = 2_000;

    private static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(10);

    private readonly LinkName name;
    private readonly StreamModule module;
    private readonly LinkContext context;
    private readonly ClientWebSocket socket;
    private readonly LinkSink sink;
    private readonly FeedWatch watch;
    private readonly DateTimeOffset opened;
    private readonly CancellationTokenSource ending;
    private readonly Channel<string> messages = Channel.CreateBounded<string>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly TaskCompletionSource useful = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);
    private readonly Task work;
    private int messageId = 1;

    private StreamSession(LinkName name, StreamModule module, LinkContext context, ClientWebSocket socket, CancellationToken cancellationToken)
    {
        (this.name, this.module, this.context, this.socket) = (name, module, context, socket);
        sink = new LinkSink(name, context);
        watch = new FeedWatch(module.Rules.FeedSilence);
        opened = context.MarketClock.GetUtcNow();
        ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        work = WorkAsync(ending.Token);
    }

    /// <summary>Over when the first price has come.</summary>
    public Task Useful => useful.Task;

    public Task Ended => work;

    public DateTimeOffset? LastAlive => sink.LastAlive;

    /// <exception cref="LinkRefusedException">The host has answered with something else than a websocket.</exception>
    public static async Task<StreamSession> OpenAsync(
        LinkName name, StreamModule module, LinkContext context, IReadOnlyCollection<string> feeds, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("User-Agent", LinkContext.UserAgent);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(OpenLimit);
            await socket.ConnectAsync(context.Hosts.Map(module.Address(new Uri(name.Host))), limit.Token);
        }
        catch (WebSocketException refused) when ((int)socket.HttpStatusCode >= 400)
        {
            var retryAfter = socket.HttpResponseHeaders?.FirstOrDefault(one => one.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase))
                .Value?.FirstOrDefault();
            TimeSpan? pause = int.TryParse(retryAfter, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
            var status = (int)socket.HttpStatusCode;
            socket.Dispose();
            throw new LinkRefusedException(Refusal.Of(status, pause, $"the host answers with {status}"), refused);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        var session = new StreamSession(name, module, context, socket, cancellationToken);
        session.Follow(feeds);
        return session;
    }

    /// <summary>Asks for what is new and ends what is not wanted any more.</summary>
    public void Follow(IReadOnlyCollection<string> feeds)
    {
        lock (gate)
        {
            var added = feeds.Where(feed => !asked.Contains(feed)).ToList();
            var removed = asked.Where(feed => !feeds.Contains(feed)).ToList();
            if (added.Count > 0)
                Send(module.Subscribe(added, messageId));
            if (removed.Count > 0)
                Send(module.Unsubscribe(removed, messageId));
            asked.UnionWith(added);
            asked.ExceptWith(removed);
        }
    }

    /// <summary>Over when another connection should take over, with the reason.</summary>
    /// <exception cref="IOException">The connection is dead.</exception>
    public async Task<string> WantsSuccessorAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.WhenAny(work, Task.Delay(TimeSpan.FromSeconds(1), context.MarketClock, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            if (work.IsCompleted)
            {
                await work;
                throw new IOException("the source has closed the connection");
            }
            var now = context.MarketClock.GetUtcNow();
            var silence = now - (sink.LastAlive ?? opened);
            if (silence > module.Rules.LinkSilence)
                throw new IOException($"nothing has come for {silence.TotalSeconds:0} s");
            if (sink.EndingReason is { } reason)
                return reason;
            if (now - opened > module.Rules.LongestConnection)
                return $"this one is {module.Rules.LongestConnection.TotalHours:0.##} h old";
            AskAgain(now);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        socket.Dispose();
        ending.Dispose();
    }

    /// <summary>A feed that has been silent for long, while others are not, is asked for anew: most are quiet, some have been forgotten.</summary>
    private void AskAgain(DateTimeOffset now)
    {
        lock (gate)
        {
            var silent = watch.Silent(asked, sink.Heard, opened, now);
            if (silent.Count == 0)
                return;
            foreach (var (feed, silence) in silent.Take(5))
                Log.FeedSilent(context.Log, name, feed, silence);
            Send(module.Unsubscribe([.. silent.Select(one => one.Feed)], messageId));
            Send(module.Subscribe([.. silent.Select(one => one.Feed)], messageId));
        }
    }

    private void Send(IReadOnlyList<string> all)
    {
        messageId += all.Count;
        foreach (var message in all)
        {
            if (!messages.Writer.TryWrite(message))
                ending.Cancel();
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        var reading = ReadAsync(cancellationToken);
        var writing = WriteAsync(cancellationToken);
        var first = await Task.WhenAny(reading, writing);
        await ending.CancelAsync();
        await Task.WhenAll(reading, writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var pinged = opened;
        while (true)
        {
            if (messages.Reader.TryRead(out var message) || TryPing(ref pinged, out message))
                await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
            await Task.Delay(module.Rules.BetweenMessages, context.MarketClock, cancellationToken);
        }
    }

    private bool TryPing(ref DateTimeOffset pinged, out string message)
    {
        message = module.Ping ?? "";
        var now = context.MarketClock.GetUtcNow();
        if (message.Length == 0 || now - pinged < module.Rules.PingEvery)
            return false;
        pinged = now;
        return true;
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                if (length == buffer.Length)
                    buffer = Larger(buffer);
                part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Close)
                throw new IOException($"closed by the source: {(int?)socket.CloseStatus} {socket.CloseStatusDescription}".TrimEnd());
            Take(buffer.AsSpan(0, length));
        }
    }

    private void Take(ReadOnlySpan<byte> frame)
    {
        try
        {
            module.Take(frame, sink);
        }
        catch (FormatException misread)
        {
            sink.NotUnderstood(misread.Message);
        }
        if (sink.Heard.Count > 0)
            useful.TrySetResult();
    }

    private byte[] Larger(byte[] buffer)
    {
        if (buffer.Length >= module.Rules.LargestFrame)
            throw new IOException($"a message has more than {module.Rules.LargestFrame} bytes");
        Array.Resize(ref buffer, buffer.Length * 2);
        return buffer;
    }
}
