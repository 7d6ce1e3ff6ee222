using System.Text.Json;
using StockPipeline.Hosting;
using StockPipeline.Testing;

namespace StockPipeline.HostingTests;

/// <summary>What whoever starts a service sees of it: exit code, standard error, answer to signals.</summary>
public sealed class ServiceProcessTests
{
    [Theory]
    [InlineData(ChildProcess.Terminate)]
    [InlineData(ChildProcess.Interrupt)]
    public async Task A_signal_to_stop_ends_it_cleanly(int signal)
    {
        await using var sample = Start("work");
        await sample.SaysAsync("working");

        sample.Signal(signal);

        Assert.Equal(ExitCode.Clean, await sample.ExitAsync());
        Assert.Empty(sample.Errors);
        Assert.Contains(sample.Output, line => line.EndsWith("disposed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_that_throws_ends_it_with_one_line()
    {
        await using var sample = Start("throw");

        Assert.Equal(ExitCode.Failed, await sample.ExitAsync());
        Assert.Equal(["sample failed: InvalidOperationException: The sample was told to throw."], sample.Errors);
    }

    [Fact]
    public async Task A_service_that_returns_ends_it_with_one_line()
    {
        await using var sample = Start("return");

        Assert.Equal(ExitCode.Failed, await sample.ExitAsync());
        Assert.Equal(["sample failed: InvalidOperationException: The service ended though nobody had asked it to stop."], sample.Errors);
    }

    [Fact]
    public async Task A_failure_while_stopping_is_not_taken_for_a_clean_stop()
    {
        await using var sample = Start("fail-on-stop");
        await sample.SaysAsync("working");

        sample.Signal(ChildProcess.Terminate);

        Assert.Equal(ExitCode.Failed, await sample.ExitAsync());
        Assert.Equal(["sample failed: InvalidOperationException: The last batch could not be written."], sample.Errors);
    }

    [Theory]
    [InlineData("hang")]
    [InlineData("hold-thread")]
    public async Task A_service_that_does_not_stop_is_left_behind_in_time(string behaviour)
    {
        await using var sample = Start(behaviour, ("STOP_TIMEOUT", "300ms"));
        await sample.SaysAsync("working");

        sample.Signal(ChildProcess.Terminate);

        Assert.Equal(ExitCode.StopOverran, await sample.ExitAsync());
        Assert.Equal(["not stopped within STOP_TIMEOUT of 300ms: sample"], sample.Errors);
    }

    [Fact]
    public async Task Wrong_settings_start_nothing_and_are_named_one_a_line()
    {
        await using var sample = Start("dance", ("MACD_FAST", "0"), ("LOG_LEVEL", "loud"));

        Assert.Equal(ExitCode.BadSettings, await sample.ExitAsync());
        Assert.Equal(
            [
                "LOG_LEVEL is 'loud'; allowed: trace, debug, information, info, warning, error, none",
                "sample: BEHAVIOUR is 'dance'; allowed: work, return, throw, hang, fail-on-stop, hold-thread",
                "sample: MACD_FAST is '0'; allowed: a whole number from 1 to 1000",
            ],
            sample.Errors);
        Assert.DoesNotContain(sample.Output, line => line.Contains("working", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_argument_that_sets_nothing_is_refused()
    {
        await using var sample = ChildProcess.StartDotnet("StockPipeline.HostedProcess.dll", ["--help"]);

        Assert.Equal(ExitCode.BadSettings, await sample.ExitAsync());
        Assert.Single(sample.Errors);
    }

    [Fact]
    public async Task Json_logs_are_one_object_a_line_and_never_hold_a_secret()
    {
        await using var sample = Start("throw", ("LOG_FORMAT", "json"), ("LOG_LEVEL", "trace"), ("TOKEN", "t.do-not-show"));

        await sample.ExitAsync();

        Assert.All(sample.Output, line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
        Assert.Contains(sample.Output, line => line.Contains("TOKEN=***", StringComparison.Ordinal));
        Assert.DoesNotContain(sample.Output.Concat(sample.Errors), line => line.Contains("do-not-show", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_argument_goes_over_the_environment()
    {
        await using var sample = ChildProcess.StartDotnet(
            "StockPipeline.HostedProcess.dll", ["MACD_FAST=13", "BEHAVIOUR=return"],
            new Dictionary<string, string> { ["HEALTH_PORT"] = "off", ["MACD_FAST"] = "99" });

        Assert.Equal(ExitCode.Failed, await sample.ExitAsync());
        Assert.Contains(sample.Output, line => line.EndsWith("starts with BEHAVIOUR=return MACD_FAST=13", StringComparison.Ordinal));
    }

    private static ChildProcess Start(string behaviour, params (string Name, string Value)[] more)
    {
        var environment = new Dictionary<string, string> { ["HEALTH_PORT"] = "0", ["BEHAVIOUR"] = behaviour };
        foreach (var (name, value) in more)
            environment[name] = value;
        return ChildProcess.StartDotnet("StockPipeline.HostedProcess.dll", [], environment);
    }
}
