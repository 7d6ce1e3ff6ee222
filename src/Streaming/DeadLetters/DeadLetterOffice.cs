using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace StockPipeline.Streaming.DeadLetters;

/// <summary>Puts aside what cannot be used, so that its partition can move on.</summary>
internal sealed class DeadLetterOffice(KafkaClient kafka)
{
    /// <summary>Longer error texts are cut: brokers limit the size of a record, and the beginning says enough.</summary>
    private const int MaxErrorLength = 1_000;

    private static readonly Partition OnlyPartition = new(0);

    /// <summary>Over when the letter is acknowledged: only then may the origin's offset pass.</summary>
    public async Task SendAsync(DeadLetter letter, CancellationToken stop)
    {
        var target = new TopicPartition(kafka.DeadLetterTopic, OnlyPartition);
        await kafka.Producer.WaitForRoomAsync(stop);
        var delivery = await kafka.Producer.DeliverAsync(target, letter.Key, letter.Value, Headers(letter), stop);
        await delivery.WaitAsync(stop);
        kafka.Metrics.DeadLettered(letter.Topic);
        Log.DeadLettered(kafka.Log, letter.Topic, letter.Partition, letter.Offset, letter.Reason.Message);
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
