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
    return new TopicsTool(Console.Out, Console.Error).Run(args, EnvironmentVariables.Read(), stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return ExitCode.Clean;
}
