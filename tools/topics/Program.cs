using StockPipeline.Hosting;
using StockPipeline.Topics;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    stop.Cancel();
};
try
{
    var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build().AsEnumerable()
        .ToDictionary(variable => variable.Key, variable => variable.Value ?? string.Empty, StringComparer.Ordinal);
    return await TopicsTool.OnConsole(environment).RunAsync(args, environment, stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return ExitCode.Clean;
}
