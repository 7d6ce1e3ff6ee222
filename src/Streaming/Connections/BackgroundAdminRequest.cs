using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;

namespace StockPipeline.Streaming.Connections;

/// <summary>
/// A question to the brokers that is answered in the background while its owner works on; one at a time. Used by one thread, which is a loop's own
/// where it waits for an answer or for the end.
/// <para>
/// Some answers the client cannot read, such as that of a Kafka which has just come back and has no replica in sync: it then ends the thread
/// that takes answers, and who asked waits for ever. Who asks that client again, or disposes it, works on freed memory. So a question that was
/// not answered in time is asked by a new client, and the old one is left alone.
/// </para>
/// </summary>
internal sealed class BackgroundAdminRequest<T> : IDisposable
    where T : class
{
    /// <summary>No answer comes after this: the client gives a request up long before.</summary>
    public static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(10);

    /// <summary>When the client gives a request up; stopping may have to wait for that.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>How long stopping waits for an open request: a moment longer than the client should.</summary>
    private static readonly TimeSpan DisposePatience = Limit + TimeSpan.FromSeconds(1);

    private readonly KafkaClient kafka;
    private readonly Func<IAdminClient> newClient;
    private IAdminClient client;
    private Task<T>? asked;
    private long askedAt;

    /// <param name="kafka">Whose clock and log are used.</param>
    /// <param name="newClient">Makes a client that asks.</param>
    public BackgroundAdminRequest(KafkaClient kafka, Func<IAdminClient> newClient)
    {
        this.kafka = kafka;
        this.newClient = newClient;
        client = newClient();
    }

    /// <summary>Asked, and the answer not taken yet.</summary>
    public bool IsOpen => asked is not null;

    /// <summary>A request is on its way.</summary>
    public bool IsRunning => asked is { IsCompleted: false };

    /// <param name="question">Begins it with the client given; given is also when that is to give it up.</param>
    public void Start(Func<IAdminClient, TimeSpan, Task<T>> question)
    {
        askedAt = kafka.Clock.GetTimestamp();
        asked = question(client, Limit);
    }

    /// <summary>The answer, once, when it has come; an unforeseen failure of the question is thrown. A lost question is open no more.</summary>
    public bool TryGetAnswer([NotNullWhen(true)] out T? answer)
    {
        answer = null;
        if (asked is not { } open)
            return false;
        if (!open.IsCompleted)
        {
            if (kafka.Clock.GetElapsedTime(askedAt) > LostAfter)
                Abandon(open);
            return false;
        }
        asked = null;
        // It has come: this waits for nothing, and throws what the question threw.
        answer = open.GetAwaiter().GetResult();
        return true;
    }

    /// <summary>The same, waiting so long for it.</summary>
    public bool TryGetAnswer(TimeSpan patience, [NotNullWhen(true)] out T? answer, CancellationToken cancellationToken)
    {
        if (asked is { } open)
            Task.WaitAny([open], (int)patience.TotalMilliseconds, cancellationToken);
        return TryGetAnswer(out answer);
    }

    /// <summary>
    /// Waits a bounded time for an open request: its answer would come to a client that its owner disposes next, which ends the process.
    /// </summary>
    public void Dispose()
    {
        if (asked is { } open)
            DedicatedThread.Wait(new ValueTask(Task.WhenAny(open, Task.Delay(DisposePatience, kafka.Clock))));
        if (!IsRunning)
            client.Dispose();
    }

    private void Abandon(Task<T> open)
    {
        Log.QuestionLost(kafka.Log, kafka.Service, LostAfter);
        var old = client;
        // Should it answer after all, it is alive, and may be disposed.
        open.ContinueWith(_ => old.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        client = newClient();
        asked = null;
    }
}
