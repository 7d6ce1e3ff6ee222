using Google.Protobuf.Reflection;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Grpc;

namespace StockPipeline.MarketTests.Grpc;

public sealed class InvestMethodsTests
{
    [Fact]
    public void The_method_table_says_what_the_contract_files_say()
    {
        FileDescriptor[] files =
        [
            InstrumentsReflection.Descriptor, MarketdataReflection.Descriptor, MarketdataStreamReflection.Descriptor, UsersReflection.Descriptor,
        ];
        var declared = files.SelectMany(file => file.Services).SelectMany(service => service.Methods).Select(method => new
        {
            Path = $"/{method.Service.FullName}/{method.Name}",
            Request = method.InputType.ClrType,
            Response = method.OutputType.ClrType,
            method.IsClientStreaming,
            method.IsServerStreaming,
        });

        var table = InvestMethods.All.Select(method => new
        {
            method.Path,
            Request = method.RequestParser.ParseFrom([]).GetType(),
            Response = method.ResponseParser.ParseFrom([]).GetType(),
            IsClientStreaming = method.ClientStreams,
            IsServerStreaming = method.ServerStreams,
        });

        Assert.Equal(declared.OrderBy(method => method.Path), table.OrderBy(method => method.Path));
    }
}
