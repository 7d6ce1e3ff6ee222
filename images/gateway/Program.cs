using StockPipeline.Gateway;
using StockPipeline.Gateway.People;
using StockPipeline.Hosting;

if (args is ["user", "add", var name])
    return await UserCommand.AddAsync(name, Console.In, Console.Error);
if (args is ["user", "admin", var promoted])
    return await UserCommand.MakeAdminAsync(promoted, Console.Error);

var builder = PipelineHost.CreateBuilder(args);
builder.ServeStatusByGateway();
builder.AddGateway();
return await builder.RunAsync();
