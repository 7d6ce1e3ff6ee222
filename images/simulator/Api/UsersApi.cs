using Google.Protobuf.Reflection;
using Grpc.Core;
using StockPipeline.Market.Contract;
using StockPipeline.Simulator.Streaming;

namespace StockPipeline.Simulator.Api;

/// <summary>Serves UsersService: what a token is allowed.</summary>
internal sealed class UsersApi(ApiQuotas quotas, StreamSlots slots) : UsersService.UsersServiceBase
{
    public override Task<GetUserTariffResponse> GetUserTariff(GetUserTariffRequest request, ServerCallContext context)
    {
        var response = new GetUserTariffResponse();
        var services = new[] { MarketDataService.Descriptor, InstrumentsService.Descriptor, UsersService.Descriptor };
        foreach (var group in services.SelectMany(service => service.Methods).GroupBy(method => QuotaMeter.GroupOf(method.Name)))
        {
            response.UnaryLimits.Add(new UnaryLimit { LimitPerMinute = quotas.LimitOf(group.Key), Methods = { group.Select(PathOf) } });
        }
        response.StreamLimits.Add(new StreamLimit
        {
            Limit = quotas.Streams, Open = slots.Open(ApiInterceptor.TokenOf(context)),
            Streams = { MarketDataStreamService.Descriptor.Methods.Select(PathOf) },
        });
        return Task.FromResult(response);
    }

    private static string PathOf(MethodDescriptor method) => $"{method.Service.FullName}/{method.Name}";
}
