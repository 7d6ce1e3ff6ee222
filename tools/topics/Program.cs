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
    var environment = EnvironmentVariables.Read();
    return await TopicsTool.OnConsole(environment).RunAsync(args, environment, stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return ExitCode.Clean;
}
