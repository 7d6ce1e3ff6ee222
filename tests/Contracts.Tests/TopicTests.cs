using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;

namespace StockPipeline.ContractsTests;

public sealed class TopicTests
{
    [Fact]
    public void Every_interval_has_its_candles_and_its_values_with_equal_partitions()
    {
        var topics = PipelineTopics.Default;

        foreach (var interval in Interval.All)
        {
            Assert.Equal($"candles-{interval}", topics.Candles(interval).Name);
            Assert.Equal($"macd-values-{interval}", topics.Macd(interval).Name);
            Assert.Equal(topics.Candles(interval).Partitions, topics.Macd(interval).Partitions);
        }
    }

    [Fact]
    public void Candles_are_kept_long_enough_for_a_thousand_of_them_with_the_longest_holidays_in_between()
    {
        const double tradingHours = 15;
        const double tradingDaysOfAWeek = 5;
        var longestHolidays = TimeSpan.FromDays(11);

        foreach (var interval in Interval.All)
        {
            var candlesOfADay = Math.Max(1, tradingHours / interval.Length.TotalHours);
            var needed = TimeSpan.FromDays(1_000 / candlesOfADay * 7 / tradingDaysOfAWeek) + longestHolidays;
            Assert.True(PipelineTopics.Default.Candles(interval).Retention > needed, $"{interval} needs {needed}");
        }
    }

    [Fact]
    public void Names_are_unique_and_users_may_change_two_of_them()
    {
        var topics = new PipelineTopics("my-config", "my-macd-");

        Assert.Equal(topics.All.Count, topics.All.Select(topic => topic.Name).Distinct().Count());
        Assert.Contains(topics.All, topic => topic.Name == "my-config");
        Assert.Contains(topics.All, topic => topic.Name == "my-macd-4-hour");
    }

    [Fact]
    public void The_values_of_an_indicator_lie_where_its_candles_do_and_its_topic_says_what_they_are()
    {
        var topics = new PipelineTopics("my-config", "my-macd-", ["rsi-21"]);

        Assert.All(Interval.All, interval =>
        {
            var topic = topics.All.Single(one => one.Name == $"rsi-21-values-{interval}");
            Assert.Equal(topics.Candles(interval).Partitions, topic.Partitions);
            Assert.Equal(topics.Candles(interval).Retention, topic.Retention);
            Assert.True(PipelineTopics.TryReadIndicator(topic.Name, out var indicator, out var read));
            Assert.Equal(("rsi-21", interval), (indicator, read));
        });
    }

    [Theory]
    [InlineData("candles-1-min")]
    [InlineData("rsi-values-2-min")]
    [InlineData("-values-1-min")]
    public void Another_topic_holds_no_values(string topic) => Assert.False(PipelineTopics.TryReadIndicator(topic, out _, out _));

    [Fact]
    public void What_Kafka_is_asked_to_hold_follows_from_the_declaration()
    {
        var configs = PipelineTopics.Default.Candles(Interval.OneMinute).Configs;

        Assert.Equal("compact,delete", configs["cleanup.policy"]);
        Assert.Equal("1814400000", configs["retention.ms"]);
        Assert.Equal("compact", PipelineTopics.Default.Gaps.Configs["cleanup.policy"]);
        Assert.False(PipelineTopics.Default.Gaps.Configs.ContainsKey("retention.ms"));
    }
}
