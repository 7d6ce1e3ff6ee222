using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StockPipeline.Streaming.Provisioning;

namespace StockPipeline.Streaming.Connections;

/// <summary>
/// Knows which topics stand behind the names. A topic deleted and created anew has the same name and other records: offsets read from the
/// old one mean nothing in it. Used by a loop's own thread, which may wait here without holding up anybody; the broker is asked in the background.
/// </summary>
internal sealed class TopicIdMonitor(KafkaClient kafka, Handle client, IReadOnlyDictionary<string, int> partitionsOf, TimeSpan interval)
    : IDisposable
{
    private static readonly TimeSpan MissingPause = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan ListenPause = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<string, Uuid> known = [];
    private readonly HashSet<string> missing = [];
    private readonly BackgroundAdminRequest<List<TopicDescription>> request = new(kafka, new DependentAdminClientBuilder(client).Build);
    private long askedAt;

    /// <summary>A request is on its way.</summary>
    public bool IsAsking => request.IsRunning;

    /// <summary>Blocks until all topics are there, with as many partitions as declared.</summary>
    /// <param name="listen">Called meanwhile, now and then: the client tells of refused credentials only to who listens to it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="TopicMismatchException">A topic has another number of partitions.</exception>
    public void WaitForAll(Action listen, CancellationToken cancellationToken)
    {
        while (true)
        {
            request.Start(AskAsync);
            List<TopicDescription>? answer = null;
            while (request.IsOpen && !request.TryGetAnswer(ListenPause, out answer, cancellationToken))
                listen();
            Take(answer ?? []);
            if (known.Count == partitionsOf.Count)
                break;
            DedicatedThread.Wait(new ValueTask(Task.Delay(MissingPause, kafka.Clock, cancellationToken)));
            listen();
        }
        askedAt = kafka.Clock.GetTimestamp();
    }

    /// <summary>Names the topics that are other ones than before, as far as known by now.</summary>
    public IReadOnlyList<string> Changed()
    {
        if (request.TryGetAnswer(out var answer))
            return Take(answer);
        if (!request.IsOpen && kafka.Clock.GetElapsedTime(askedAt) >= interval)
        {
            askedAt = kafka.Clock.GetTimestamp();
            request.Start(AskAsync);
        }
        return [];
    }

    /// <summary>The identity of a topic as a short text.</summary>
    public string Of(string topic)
    {
        var id = known[topic];
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, id.MostSignificantBits);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes[8..], id.LeastSignificantBits);
        return System.Buffers.Text.Base64Url.EncodeToString(bytes);
    }

    public void Dispose() => request.Dispose();

    private async Task<List<TopicDescription>> AskAsync(IAdminClient admin, TimeSpan timeout)
    {
        try
        {
            var answer = await admin.DescribeTopicsAsync(
                TopicCollection.OfTopicNames([.. partitionsOf.Keys]), new DescribeTopicsOptions { RequestTimeout = timeout });
            return answer.TopicDescriptions;
        }
        catch (DescribeTopicsException partial)
        {
            return partial.Results.TopicDescriptions;
        }
        catch (KafkaException unreachable)
        {
            Log.ClientError(kafka.Log, kafka.Service, unreachable.Error.Code, unreachable.Error.Reason);
            return [];
        }
    }

    private List<string> Take(List<TopicDescription> answer)
    {
        var changed = new List<string>();
        foreach (var topic in answer)
        {
            if (topic.Error.IsError)
            {
                if (missing.Add(topic.Name))
                    Log.TopicMissing(kafka.Log, kafka.Service, topic.Name);
                continue;
            }
            missing.Remove(topic.Name);
            kafka.Watch.MarkAlive();
            if (topic.Partitions.Count != partitionsOf[topic.Name])
                throw TopicMismatchException.Partitions(topic.Name, partitionsOf[topic.Name], topic.Partitions.Count);
            if (known.TryGetValue(topic.Name, out var before) && !Same(before, topic.TopicId))
                changed.Add(topic.Name);
            known[topic.Name] = topic.TopicId;
        }
        return changed;
    }

    private static bool Same(Uuid one, Uuid other) =>
        one.MostSignificantBits == other.MostSignificantBits && one.LeastSignificantBits == other.LeastSignificantBits;
}
