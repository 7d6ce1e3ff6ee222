using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;

namespace StockPipeline.BrokerTests.Log;

public sealed class ProducerTests : IDisposable
{
    private readonly LogFolder folder = new();
    private PartitionLog log;

    public ProducerTests() => log = folder.Open();

    public void Dispose()
    {
        log.Close();
        folder.Dispose();
    }

    [Fact]
    public void A_repeated_batch_answers_with_its_first_offset_and_is_not_stored_again()
    {
        for (var sequence = 0; sequence < 5; sequence++)
            Assert.Equal((ErrorCode.None, sequence), Append(sequence));

        for (var sequence = 0; sequence < 5; sequence++)
            Assert.Equal((ErrorCode.None, sequence), Append(sequence));

        Assert.Equal(5, log.EndOffset);
    }

    [Fact]
    public void A_repetition_older_than_five_batches_is_out_of_order()
    {
        for (var sequence = 0; sequence < 6; sequence++)
            Append(sequence);

        Assert.Equal((ErrorCode.OutOfOrderSequenceNumber, -1), Append(0));
        Assert.Equal((ErrorCode.None, 1), Append(1));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void A_gap_is_refused(int sequence)
    {
        Append(0);

        Assert.Equal((ErrorCode.OutOfOrderSequenceNumber, -1), Append(sequence));
    }

    [Fact]
    public void An_overlap_is_refused()
    {
        Append(0, count: 3);

        Assert.Equal((ErrorCode.OutOfOrderSequenceNumber, -1), Append(1, count: 2));
        Assert.Equal((ErrorCode.OutOfOrderSequenceNumber, -1), Append(2, count: 2));
        Assert.Equal((ErrorCode.None, 3), Append(3, count: 2));
    }

    [Fact]
    public void A_producer_nobody_knows_may_begin_anywhere() => Assert.Equal((ErrorCode.None, 0), Append(77));

    [Fact]
    public void A_new_epoch_begins_at_zero_and_an_old_one_is_fenced()
    {
        Append(0);
        Append(1);

        Assert.Equal((ErrorCode.OutOfOrderSequenceNumber, -1), Append(2, epoch: 1));
        Assert.Equal((ErrorCode.None, 2), Append(0, epoch: 1));
        Assert.Equal((ErrorCode.InvalidProducerEpoch, -1), Append(2, epoch: 0));
        Assert.Equal((ErrorCode.InvalidProducerEpoch, -1), Append(1, epoch: 0));
    }

    [Fact]
    public void The_largest_sequence_is_followed_by_zero()
    {
        Append(int.MaxValue - 1, count: 2);
        Assert.Equal((ErrorCode.None, 2), Append(0));

        Append(int.MaxValue - 1, count: 4, producer: 8);
        Assert.Equal((ErrorCode.None, 7), Append(2, producer: 8));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_restart_forgets_no_batch(bool isClean)
    {
        Append(0);
        log.Upkeep.SaveCheckpoint();
        for (var sequence = 1; sequence < 4; sequence++)
            Append(sequence);
        if (isClean)
            log.Close();
        else
            folder.Disk.Revive();

        log = folder.Reopen();

        Assert.Equal((ErrorCode.None, 0), Append(0));
        Assert.Equal((ErrorCode.None, 3), Append(3));
        Assert.Equal((ErrorCode.None, 4), Append(4));
        Assert.Equal((ErrorCode.OutOfOrderSequenceNumber, -1), Append(6));
    }

    [Fact]
    public void A_producer_silent_for_too_long_is_forgotten_and_may_begin_anywhere()
    {
        Append(0);
        folder.Clock.Advance(TimeSpan.FromHours(24) + TimeSpan.FromMilliseconds(1));

        log.Upkeep.Retain();

        Assert.Equal((ErrorCode.None, 1), Append(55));
    }

    [Fact]
    public void The_number_of_remembered_producers_has_an_end()
    {
        var states = new ProducerStates();

        for (var id = 0; id <= ProducerStates.MaxProducers; id++)
            states.Record(new RecordBatch(new Batch { ProducerId = id, ProducerEpoch = 0, Sequence = 0 }.Add("k", "v").Bytes()), now: id);

        using var saved = new MemoryStream();
        states.Write(new BinaryWriter(saved));
        Assert.InRange(BitConverter.ToInt32(saved.ToArray()), ProducerStates.MaxProducers / 2, ProducerStates.MaxProducers);
    }

    private (ErrorCode Error, long Offset) Append(int sequence, int count = 1, short epoch = 0, long producer = 7)
    {
        var batch = new Batch { ProducerId = producer, ProducerEpoch = epoch, Sequence = sequence, Time = folder.Now };
        for (var number = 0; number < count; number++)
            batch.Add("k", "v");
        var result = log.Append(batch.Bytes());
        return (result.Error, result.BaseOffset);
    }
}
