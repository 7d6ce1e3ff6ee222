using StockPipeline.Market.Contract;
using StockPipeline.Market.Grpc;
using StockPipeline.Simulator.Streaming;

namespace StockPipeline.Simulator.Api;

/// <summary>UsersService: what a token is allowed.</summary>
internal sealed class UsersApi(ApiQuotas quotas, StreamSlots slots)
{
    public GetUserTariffResponse GetUserTariff(string token)
    {
        var response = new GetUserTariffResponse();
        response.UnaryLimits.Add(Limit(quotas.MarketDataPerMinute, InvestMethods.MarketData));
        response.UnaryLimits.Add(Limit(quotas.InstrumentsPerMinute, InvestMethods.Instruments));
        response.UnaryLimits.Add(Limit(quotas.UsersPerMinute, InvestMethods.Users));
        var heavy = new UnaryLimit { LimitPerMinute = quotas.SharesPerMinute };
        heavy.Methods.Add(InvestMethods.Shares.Path[1..]);
        response.UnaryLimits.Add(heavy);
        var streams = new StreamLimit { Limit = quotas.Streams, Open = slots.Open(token) };
        streams.Streams.Add([InvestMethods.MarketDataStream.Path[1..], InvestMethods.MarketDataServerSideStream.Path[1..]]);
        response.StreamLimits.Add(streams);
        return response;
    }

    private static UnaryLimit Limit(int perMinute, string service)
    {
        var limit = new UnaryLimit { LimitPerMinute = perMinute };
        limit.Methods.AddRange(InvestMethods.All
            .Where(method => method.Service == service && !method.ServerStreams && method.Path != InvestMethods.Shares.Path)
            .Select(method => method.Path[1..]));
        return limit;
    }
}
