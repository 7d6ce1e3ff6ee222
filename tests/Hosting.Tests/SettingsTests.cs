using System.Net;
using StockPipeline.Hosting;

namespace StockPipeline.HostingTests;

public sealed class SettingsTests
{
    private static readonly DnsEndPoint SomeEndpoint = new("somewhere", 1);

    [Fact]
    public void What_is_not_set_or_set_to_nothing_has_its_default()
    {
        var settings = Of(("EMPTY", ""), ("BLANK", "  "));

        Assert.Equal("a", settings.Text("ABSENT", "a"));
        Assert.Equal("b", settings.Text("EMPTY", "b"));
        Assert.Equal(7, settings.WholeNumber("BLANK", 7, 1, 9));
        Assert.Null(settings.Optional("EMPTY"));
        Assert.Null(settings.Secret("ABSENT_SECRET"));
        Assert.Empty(settings.Problems);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData(" 26 ", 26)]
    [InlineData("100", 100)]
    public void A_whole_number_up_to_its_limits_is_read(string text, int expected)
    {
        var settings = Of(("MACD_SLOW", text));

        Assert.Equal(expected, settings.WholeNumber("MACD_SLOW", 5, 1, 100));
        Assert.Empty(settings.Problems);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("101")]
    [InlineData("12.5")]
    [InlineData("1,2")]
    [InlineData("twelve")]
    [InlineData("99999999999999999999")]
    public void A_whole_number_past_its_limits_is_named_with_its_value_and_what_is_allowed(string text)
    {
        var settings = Of(("MACD_SLOW", text));

        var standIn = settings.WholeNumber("MACD_SLOW", 26, 1, 100);

        Assert.Equal(26, standIn);
        Assert.Equal([$"MACD_SLOW is '{text}'; allowed: a whole number from 1 to 100"], settings.Problems);
    }

    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("30s", 30_000)]
    [InlineData("5 m", 300_000)]
    [InlineData("2H", 7_200_000)]
    [InlineData("1d", 86_400_000)]
    public void A_duration_is_a_number_with_its_unit(string text, int milliseconds)
    {
        var settings = Of(("GRACE", text));

        var grace = settings.Duration("GRACE", TimeSpan.FromSeconds(1), TimeSpan.Zero, TimeSpan.FromDays(2));

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), grace);
        Assert.Empty(settings.Problems);
    }

    [Theory]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1.5s")]
    [InlineData("3d")]
    [InlineData("999999999d")]
    [InlineData("9999999999999s")]
    public void A_duration_without_unit_or_past_its_limits_is_refused(string text)
    {
        var settings = Of(("GRACE", text));

        settings.Duration("GRACE", TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(500), TimeSpan.FromDays(2));

        Assert.Equal([$"GRACE is '{text}'; allowed: a duration from 500ms to 2d, with its unit: ms, s, m, h or d"], settings.Problems);
    }

    [Fact]
    public void A_choice_is_one_of_the_named_values_in_any_case()
    {
        var settings = Of(("CANDLES_SOURCE", "Rollup"), ("OTHER", "both"));

        Assert.Equal(2, settings.Choice("CANDLES_SOURCE", 1, ("stream", 1), ("rollup", 2)));
        Assert.Equal(1, settings.Choice("OTHER", 1, ("stream", 1), ("rollup", 2)));
        Assert.Equal(["OTHER is 'both'; allowed: stream, rollup"], settings.Problems);
    }

    [Theory]
    [InlineData("kafka:9092", "kafka", 9092)]
    [InlineData("10.0.0.1:1", "10.0.0.1", 1)]
    [InlineData("[::1]:65535", "::1", 65535)]
    public void An_endpoint_is_a_host_and_a_port(string text, string host, int port)
    {
        var settings = Of(("AT", text));

        Assert.Equal(new DnsEndPoint(host, port), settings.Endpoint("AT", SomeEndpoint));
        Assert.Empty(settings.Problems);
    }

    [Theory]
    [InlineData("kafka")]
    [InlineData("kafka:")]
    [InlineData(":9092")]
    [InlineData("kafka:0")]
    [InlineData("kafka:65536")]
    [InlineData("kaf ka:9092")]
    [InlineData("PLAINTEXT://kafka:9092")]
    [InlineData("::1:9092")]
    public void Anything_else_is_no_endpoint(string text)
    {
        var settings = Of(("AT", text));

        settings.Endpoint("AT", SomeEndpoint);

        Assert.Equal([$"AT is '{text}'; allowed: host:port"], settings.Problems);
    }

    [Fact]
    public void A_list_of_endpoints_has_at_most_a_hundred()
    {
        var most = string.Join(',', Enumerable.Range(1, 100).Select(port => $"kafka:{port}"));

        Assert.Equal(100, Of(("KAFKA", most)).RequiredEndpoints("KAFKA").Count);

        var settings = Of(("KAFKA", most + ",kafka:101"));
        Assert.Empty(settings.RequiredEndpoints("KAFKA"));
        Assert.Single(settings.Problems);
    }

    [Fact]
    public void A_url_with_a_password_is_refused_and_the_password_not_repeated()
    {
        var settings = Of(("REGISTRY", "http://me:hush@registry:8081/"), ("OK", "https://registry/path"), ("FTP", "ftp://registry"));

        settings.RequiredUrl("REGISTRY");
        settings.RequiredUrl("FTP");

        Assert.Equal("/path", settings.RequiredUrl("OK").AbsolutePath);
        Assert.Equal(2, settings.Problems.Count);
        Assert.DoesNotContain(settings.Problems, problem => problem.Contains("hush", StringComparison.Ordinal));
        Assert.StartsWith("REGISTRY is 'http://***@registry:8081/'", settings.Problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_problem_is_collected_before_anything_fails()
    {
        var settings = Of(("LEFT", "x"));

        settings.Required("TOPIC", "the name of a topic");
        settings.WholeNumber("LEFT", 1, 1, 2);
        settings.RequiredUrl("WHERE");
        settings.RequiredSecret("TOKEN");

        Assert.Equal(["TOPIC", "LEFT", "WHERE", "TOKEN"], settings.Problems.Select(problem => problem.Split(' ')[0]));
        Assert.Equal("TOPIC is not set; allowed: the name of a topic", settings.Problems[0]);
    }

    [Fact]
    public void A_secret_is_masked_in_problems_and_in_the_start_up_line()
    {
        var settings = Of(("TOKEN", "t.abcdef"), ("MACD_FAST", "12"));

        var token = settings.RequiredSecret("TOKEN");
        settings.WholeNumber("MACD_FAST", 1, 1, 100);
        settings.Flag("CACHE", fallback: true);
        settings.Reject("TOKEN", "another one");

        Assert.Equal("t.abcdef", token.Reveal());
        Assert.Equal("***", token.ToString());
        Assert.Equal("CACHE=true MACD_FAST=12 TOKEN=***", settings.ToString());
        Assert.Equal(["TOKEN is '***'; allowed: another one"], settings.Problems);
    }

    [Fact]
    public void A_problem_stays_one_short_line_whatever_the_value_holds()
    {
        var settings = Of(("PORT", "1\n2\u001b[31m" + new string('9', 10_000)));

        settings.Port("PORT", 8080);

        var problem = Assert.Single(settings.Problems);
        Assert.DoesNotContain(problem, char.IsControl);
        Assert.InRange(problem.Length, 1, 300);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused()
    {
        using var folder = new Testing.TempFolder();
        File.WriteAllText(folder.File("ca.pem"), "certificate");
        var settings = Of(("CA", folder.File("ca.pem")), ("LOST", folder.File("lost.pem")));

        Assert.Equal(folder.File("ca.pem"), settings.ExistingFile("CA"));
        settings.ExistingFile("LOST");

        Assert.Equal([$"LOST is '{folder.File("lost.pem")}'; allowed: the path of an existing file"], settings.Problems);
    }

    [Fact]
    public void A_value_of_the_callers_kind_is_read_by_its_own_parser()
    {
        var settings = Of(("DAY", "2026-03-01"), ("WRONG", "yesterday"));

        Assert.Equal(new DateOnly(2026, 3, 1), settings.Value("DAY", DateOnly.MinValue, "a date", DateOnly.TryParse));
        settings.RequiredValue<DateOnly>("WRONG", "a date", DateOnly.TryParse);

        Assert.Equal(["WRONG is 'yesterday'; allowed: a date"], settings.Problems);
    }

    private static Settings Of(params (string Name, string Value)[] values) => new(values.ToDictionary(pair => pair.Name, pair => pair.Value));
}
