using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;

namespace StockPipeline.BrokerTests.Topics;

public sealed class TopicConfigTests
{
    private const int MinSegmentBytes = 1_048_576;

    [Fact]
    public void Without_overrides_a_topic_has_Kafkas_defaults()
    {
        var settings = TopicConfig.From(new Dictionary<string, string>(), MinSegmentBytes).Settings;

        Assert.Equal(new LogSettings(), settings);
    }

    [Fact]
    public void Every_config_the_log_obeys_reaches_it()
    {
        var settings = From(
            ("cleanup.policy", "compact,delete"), ("retention.ms", "-1"), ("retention.bytes", "5"), ("segment.bytes", "2000000"), ("segment.ms", "6"),
            ("max.message.bytes", "7"), ("delete.retention.ms", "8"), ("min.compaction.lag.ms", "9"), ("max.compaction.lag.ms", "10"),
            ("min.cleanable.dirty.ratio", "0.25"), ("message.timestamp.type", "LogAppendTime"), ("message.timestamp.before.max.ms", "11"),
            ("message.timestamp.after.max.ms", "12"), ("flush.messages", "13"), ("flush.ms", "14")).Settings;

        Assert.Equal(
            new LogSettings
            {
                Delete = true, Compact = true, RetentionMs = -1, RetentionBytes = 5, SegmentBytes = 2_000_000, SegmentMs = 6, MaxMessageBytes = 7,
                DeleteRetentionMs = 8, MinCompactionLagMs = 9, MaxCompactionLagMs = 10, MinCleanableDirtyRatio = 0.25, LogAppendTime = true,
                TimestampBeforeMaxMs = 11, TimestampAfterMaxMs = 12, FlushMessages = 13, FlushMs = 14,
            },
            settings);
    }

    [Theory]
    [InlineData("cleanup.policy", "compact")]
    [InlineData("cleanup.policy", " delete , compact ")]
    [InlineData("cleanup.policy", "")]
    [InlineData("retention.ms", "-1")]
    [InlineData("retention.bytes", "-1")]
    [InlineData("retention.bytes", " 5\t")]
    [InlineData("segment.bytes", "1048576")]
    [InlineData("segment.ms", "1")]
    [InlineData("max.message.bytes", "0")]
    [InlineData("min.cleanable.dirty.ratio", "0")]
    [InlineData("min.cleanable.dirty.ratio", "1")]
    [InlineData("compression.type", "zstd")]
    [InlineData("preallocate", "TRUE")]
    [InlineData("flush.messages", "9223372036854775807")]
    public void A_value_at_the_edge_of_its_range_is_taken(string name, string value) => Assert.Equal(value, From((name, value))[name]);

    [Theory]
    [InlineData("cleanup.policy", "compact,")]
    [InlineData("cleanup.policy", "remove")]
    [InlineData("cleanup.policy", "compact,remove")]
    [InlineData("retention.ms", "-2")]
    [InlineData("retention.ms", "a week")]
    [InlineData("retention.ms", "")]
    [InlineData("retention.ms", "\u00a05")]
    [InlineData("cleanup.policy", "compact\u2003")]
    [InlineData("retention.ms", "9223372036854775808")]
    [InlineData("segment.bytes", "1048575")]
    [InlineData("segment.bytes", "2147483648")]
    [InlineData("segment.ms", "0")]
    [InlineData("max.message.bytes", "-1")]
    [InlineData("min.cleanable.dirty.ratio", "1.01")]
    [InlineData("min.cleanable.dirty.ratio", "NaN")]
    [InlineData("message.timestamp.type", "createtime")]
    [InlineData("preallocate", "yes")]
    [InlineData("max.compaction.lag.ms", "0")]
    [InlineData("no.such.config", "1")]
    public void A_value_past_the_edge_is_refused_in_words_that_name_the_config(string name, string value)
    {
        var refused = Assert.Throws<RefusedException>(() => From((name, value)));

        Assert.Equal(ErrorCode.InvalidConfig, refused.Error);
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_least_compaction_lag_may_not_exceed_the_largest()
    {
        Assert.Equal(5, From(("min.compaction.lag.ms", "5"), ("max.compaction.lag.ms", "5")).Settings.MaxCompactionLagMs);
        Assert.Throws<RefusedException>(() => From(("min.compaction.lag.ms", "6"), ("max.compaction.lag.ms", "5")));
    }

    private static TopicConfig From(params (string Name, string Value)[] configs) =>
        TopicConfig.From(configs.ToDictionary(config => config.Name, config => config.Value), MinSegmentBytes);
}
