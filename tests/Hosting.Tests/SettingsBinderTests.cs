using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Configuration;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Time;
using StockPipeline.Hosting.Options;
using StockPipeline.Testing;

namespace StockPipeline.HostingTests;

public sealed class SettingsBinderTests
{
    [Fact]
    public void What_is_not_set_or_set_to_nothing_has_its_default()
    {
        var (options, problems) = Read(("INTERVAL", "1-min"), ("SLOW", ""), ("GRACE", "  "));

        Assert.Equal((26, TimeSpan.FromSeconds(1), null), (options.Slow, options.Grace, options.Token));
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("SLOW", "0", "a whole number from 1 to 100")]
    [InlineData("SLOW", "101", "a whole number from 1 to 100")]
    [InlineData("SLOW", "12.5", "a whole number from 1 to 100")]
    [InlineData("SLOW", "0x1F", "a whole number from 1 to 100")]
    [InlineData("SLOW", "99999999999999999999", "a whole number from 1 to 100")]
    [InlineData("SPEED", "1,5", "a number from 0.5 to 1000")]
    [InlineData("GRACE", "30", "a duration from 500ms to 2d, with its unit: ms, s, m, h or d")]
    [InlineData("GRACE", "-1s", "a duration from 500ms to 2d, with its unit: ms, s, m, h or d")]
    [InlineData("GRACE", "3d", "a duration from 500ms to 2d, with its unit: ms, s, m, h or d")]
    [InlineData("GRACE", "9999999999999s", "a duration from 500ms to 2d, with its unit: ms, s, m, h or d")]
    [InlineData("SOURCE", "both", "stream, rollup")]
    [InlineData("PROTOCOL", "tls", "plaintext, ssl, sasl_plaintext, sasl_ssl")]
    [InlineData("CACHE", "yes", "true, false, 1, 0")]
    [InlineData("AT", "kafka", "host:port")]
    [InlineData("AT", "PLAINTEXT://kafka:9092", "host:port")]
    [InlineData("WHERE", "ftp://registry", "an absolute URL that begins with http:// or https:// and holds no user or password")]
    [InlineData("LISTEN", "localhost", "an IP address to listen on, such as 127.0.0.1 or 0.0.0.0")]
    [InlineData("LISTEN", "0x10", "an IP address to listen on, such as 127.0.0.1 or 0.0.0.0")]
    [InlineData("START", "yesterday", "an instant in UTC such as 2026-11-20T06:45:00Z")]
    [InlineData("CA", "/nowhere/ca.pem", "the path of an existing file")]
    public void What_is_wrong_is_named_with_its_value_and_what_is_allowed(string name, string value, string allowed)
    {
        var (_, problems) = Read(("INTERVAL", "1-min"), (name, value));

        Assert.Equal([$"{name} is '{value}'; allowed: {allowed}"], problems);
    }

    [Fact]
    public void Each_kind_of_value_is_read_as_it_is_written()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("ca.pem"), "certificate");

        var (options, problems) = Read(
            ("INTERVAL", "11"), ("SLOW", " 27 "), ("SPEED", "1.5"), ("GRACE", "5 m"), ("SOURCE", "Rollup"), ("PROTOCOL", "SASL_SSL"), ("CACHE", "1"),
            ("AT", "[::1]:9092"), ("WHERE", "https://registry/path"), ("LISTEN", "0.0.0.0"), ("START", "2026-11-20T06:45:00Z"),
            ("CA", folder.File("ca.pem")), ("TOKEN", "t.abc"));

        Assert.Empty(problems);
        Assert.Equal((Interval.FourHours, 27, 1.5, TimeSpan.FromMinutes(5), "rollup", KafkaSecurityProtocol.SaslSsl, true),
            (options.Interval, options.Slow, options.Speed, options.Grace, options.Source, options.Protocol, options.Cache));
        Assert.Equal((new DnsEndPoint("::1", 9092), "/path", IPAddress.Any, new DateTimeOffset(2026, 11, 20, 6, 45, 0, TimeSpan.Zero), "t.abc"),
            (options.At, options.Where!.AbsolutePath, options.Listen, options.Start, options.Token!.Reveal()));
    }

    [Fact]
    public void Every_problem_is_collected_and_a_secret_never_shown()
    {
        var (_, problems) = Read(("SLOW", "x"), ("WHERE", "http://me:hush@registry:8081/"), ("GRACE", "1\n2\u001b[31m" + new string('9', 10_000)));

        Assert.Equal(["INTERVAL", "SLOW", "GRACE", "WHERE"], problems.Select(problem => problem.Split(' ')[0]));
        Assert.All(problems, problem =>
        {
            Assert.DoesNotContain(problem, char.IsControl);
            Assert.InRange(problem.Length, 1, 400);
            Assert.DoesNotContain("hush", problem, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void What_only_several_settings_together_show_names_the_variable()
    {
        var (_, problems) = Read(("INTERVAL", "1-min"), ("TOKEN", "t.wrong"), ("SLOW", "13"));

        Assert.Equal(["TOKEN is '***'; allowed: another one where SLOW is 13"], problems);
    }

    [Fact]
    public void Any_variable_may_be_given_as_a_file()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("token"), "t.from-a-file\n");
        File.WriteAllText(folder.File("slow"), "500");

        var (options, problems) = Read(("INTERVAL", "1-min"), ("TOKEN_FILE", folder.File("token")), ("SLOW_FILE", folder.File("slow")));
        Assert.Equal("t.from-a-file", options.Token!.Reveal());
        Assert.Equal(["SLOW is '500'; allowed: a whole number from 1 to 100"], problems);

        (_, problems) = Read(("INTERVAL", "1-min"), ("TOKEN_FILE", folder.File("lost")), ("SLOW_FILE", folder.File("slow")), ("SLOW", "5"));
        Assert.Equal(
            ["SLOW and SLOW_FILE are both set; allowed: one of them",
                $"TOKEN_FILE is '{folder.File("lost")}'; allowed: the path of a file that can be read, of at most 64 KB"],
            problems.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_in_force_is_shown_with_defaults_and_without_secrets()
    {
        var binder = new SettingsBinder(Of(("INTERVAL", "1-min"), ("TOKEN", "t.abc"), ("GRACE", "60s")));

        binder.Bind(new Sample());

        Assert.Equal("***", binder.InEffect["TOKEN"]);
        Assert.Equal(("1m", "26", "1-min"), (binder.InEffect["GRACE"], binder.InEffect["SLOW"], binder.InEffect["INTERVAL"]));
    }

    private static (Sample Options, IReadOnlyList<string> Problems) Read(params (string Name, string Value)[] values)
    {
        var (options, binder) = (new Sample(), new SettingsBinder(Of(values)));
        binder.Bind(options);
        return (options, binder.Problems);
    }

    private static IConfiguration Of(params (string Name, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value))).Build();

    private sealed class Sample : IValidatableObject
    {
        [ConfigurationKeyName("INTERVAL"), Required]
        public Interval? Interval { get; set; }

        [ConfigurationKeyName("SLOW"), Range(1, 100)]
        public int Slow { get; set; } = 26;

        [ConfigurationKeyName("SPEED"), Range(0.5, 1000)]
        public double Speed { get; set; } = 1;

        [ConfigurationKeyName("GRACE"), DurationRange("500ms", "2d")]
        public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(1);

        [ConfigurationKeyName("SOURCE"), AllowedValues("stream", "rollup")]
        public string Source { get; set; } = "stream";

        [ConfigurationKeyName("PROTOCOL")]
        public KafkaSecurityProtocol Protocol { get; set; }

        [ConfigurationKeyName("CACHE")]
        public bool Cache { get; set; }

        [ConfigurationKeyName("AT")]
        public DnsEndPoint? At { get; set; }

        [ConfigurationKeyName("WHERE")]
        public Uri? Where { get; set; }

        [ConfigurationKeyName("LISTEN")]
        public IPAddress Listen { get; set; } = IPAddress.Loopback;

        [ConfigurationKeyName("START")]
        public DateTimeOffset? Start { get; set; }

        [ConfigurationKeyName("CA"), ExistingFile]
        public string? CaFile { get; set; }

        [ConfigurationKeyName("TOKEN")]
        public Secret? Token { get; set; }

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (Slow == 13)
                yield return new ValidationResult("another one where SLOW is 13", [nameof(Token)]);
        }
    }
}
