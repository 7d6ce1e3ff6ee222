using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StockPipeline.Topics;

namespace StockPipeline.TopicsTests;

public sealed class KafkaAnswersTests
{
    private static readonly KafkaAnswers Patient = new("here:9092", TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(1), default);

    [Fact]
    public async Task What_Kafka_cannot_answer_yet_is_asked_again()
    {
        var asked = 0;

        var answer = await Patient.AskAsync(() => ++asked < 3 ? throw Groups(ErrorCode.GroupLoadInProgress) : Task.FromResult(asked));

        Assert.Equal(3, answer);
    }

    /// <summary>A broker that has just made many topics says so of partitions whose leader it hears of only now.</summary>
    [Theory]
    [InlineData(ErrorCode.NotLeaderForPartition)]
    [InlineData(ErrorCode.FencedLeaderEpoch)]
    [InlineData(ErrorCode.UnknownLeaderEpoch)]
    [InlineData(ErrorCode.OffsetNotAvailable)]
    public async Task A_leader_that_has_just_changed_is_asked_again(ErrorCode code)
    {
        var asked = 0;

        var answer = await Patient.AskAsync(() => ++asked < 2 ? throw new KafkaException(code) : Task.FromResult(asked));

        Assert.Equal(2, answer);
    }

    [Theory]
    [InlineData(ErrorCode.TopicAuthorizationFailed, "Kafka at here:9092 refuses: Broker: Topic authorization failed")]
    [InlineData(ErrorCode.Local_TimedOut, "no Kafka answers at here:9092 (Local: Timed out)")]
    public async Task What_Kafka_will_not_answer_is_said_at_once(ErrorCode code, string said)
    {
        var asked = 0;

        var sentence = await Assert.ThrowsAsync<TopicsException>(() => Patient.AskAsync<int>(() =>
        {
            asked++;
            throw new KafkaException(code);
        }));

        Assert.StartsWith(said, sentence.Message, StringComparison.Ordinal);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Patience_ends_with_the_reason_behind_the_failure()
    {
        var impatient = new KafkaAnswers("here:9092", TimeSpan.Zero, TimeSpan.FromMilliseconds(1), default);

        var sentence = await Assert.ThrowsAsync<TopicsException>(
            () => impatient.AskAsync<int>(() => throw Groups(ErrorCode.GroupCoordinatorNotAvailable)));

        Assert.Equal("Kafka at here:9092 refuses: Broker: Coordinator not available", sentence.Message);
    }

    [Fact]
    public async Task A_stop_ends_the_waiting()
    {
        using var stop = new CancellationTokenSource();
        var answers = new KafkaAnswers("here:9092", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5), stop.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answers.AskAsync<int>(() =>
        {
            stop.Cancel();
            throw Groups(ErrorCode.GroupLoadInProgress);
        }));
    }

    private static ListConsumerGroupsException Groups(ErrorCode code) => new(new() { Valid = [], Errors = [new Error(code)] });
}
