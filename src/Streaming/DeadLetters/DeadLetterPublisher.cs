using System.Globalization;
using System.Text;
using Confluent.Kafka;
using StockPipeline.Streaming.Producing;

namespace StockPipeline.Streaming.DeadLetters;

/// <summary>A record that cannot be used: its bytes, where it stood, and why.</summary>
internal sealed record DeadLetter(string Topic, int Partition, long Offset, DateTimeOffset Timestamp, byte[] Key, byte[]? Value, Exception Reason);

/// <summary>
/// Publishes what cannot be used among the dead letters, so that its partition can move on. A letter that is too large for that topic is cut until it
/// fits, and says so: one that could never be sent would be met again at every start, and its partition would stand still for ever.
/// </summary>
internal sealed class DeadLetterPublisher(KafkaClient kafka)
{
    /// <summary>Longer error texts are cut: the beginning says enough.</summary>
    private const int MaxErrorLength = 1_000;

    /// <summary>Bytes of key and value together: what clients and brokers take unless told otherwise, less the headers and the frame.</summary>
    private const int MaxLetterBytes = 950_000;

    /// <summary>Where not even this fits, only the headers are sent.</summary>
    private const int MinLetterBytes = 1_000;

    private const int OnlyPartition = 0;

    /// <summary>Over when the letter is acknowledged: only then may the origin's offset pass.</summary>
    public async Task SendAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        var room = MaxLetterBytes;
        while (!await FitsAsync(letter, room, cancellationToken))
            room = room > MinLetterBytes ? room / 2 : 0;
        kafka.Metrics.DeadLettered(letter.Topic);
        Log.DeadLettered(kafka.Log, letter.Topic, letter.Partition, letter.Offset, letter.Reason.Message);
    }

    /// <returns>False where the topic takes no letter of this size.</returns>
    private async Task<bool> FitsAsync(DeadLetter letter, int room, CancellationToken cancellationToken)
    {
        var headers = Headers(letter);
        var key = Cut(letter.Key, room / 2, DeadLetterHeaders.KeyBytes, headers);
        var value = letter.Value is null ? null : Cut(letter.Value, room - key.Length, DeadLetterHeaders.ValueBytes, headers);
        try
        {
            await kafka.Producer.EnterAsync(cancellationToken);
            var topic = kafka.Producer.Topic(kafka.DeadLetterTopic);
            var delivery = await kafka.Producer.DeliverAsync(topic, OnlyPartition, key, value, headers, cancellationToken);
            await delivery.WaitAsync(cancellationToken);
            return true;
        }
        catch (DeliveryFailedException refused) when (refused.IsTooLarge && room > 0)
        {
            return false;
        }
    }

    private static byte[] Cut(byte[] bytes, int room, string lengthHeader, Headers headers)
    {
        if (bytes.Length <= room)
            return bytes;
        headers.Add(lengthHeader, Text(bytes.Length.ToString(CultureInfo.InvariantCulture)));
        return bytes[..room];
    }

    private Headers Headers(DeadLetter letter)
    {
        var message = letter.Reason.Message;
        return new Headers
        {
            { DeadLetterHeaders.Topic, Text(letter.Topic) },
            { DeadLetterHeaders.Partition, Text(letter.Partition.ToString(CultureInfo.InvariantCulture)) },
            { DeadLetterHeaders.Offset, Text(letter.Offset.ToString(CultureInfo.InvariantCulture)) },
            { DeadLetterHeaders.Timestamp, Text(letter.Timestamp.ToString("O", CultureInfo.InvariantCulture)) },
            { DeadLetterHeaders.Error, Text(message.Length > MaxErrorLength ? message[..MaxErrorLength] : message) },
            { DeadLetterHeaders.ErrorType, Text(letter.Reason.GetType().Name) },
            { DeadLetterHeaders.Service, Text(kafka.Service) },
        };
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
