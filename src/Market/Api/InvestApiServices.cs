using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StockPipeline.Market.History;
using StockPipeline.Market.Limits;

namespace StockPipeline.Market.Api;

/// <summary>Registers the T-Invest API with a container of services.</summary>
public static class InvestApiServices
{
    /// <summary>
    /// Adds <see cref="InvestApiClient"/>, <see cref="CandleHistory"/> and <see cref="MinuteArchive"/>. A <see cref="TimeProvider"/> or an
    /// <see cref="IRequestQuota"/> registered before is used; the defaults are the system's clock and a quota for this process.
    /// </summary>
    public static IServiceCollection AddInvestApi(this IServiceCollection services, Action<IServiceProvider, InvestApiOptions> configure)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider =>
        {
            var options = new InvestApiOptions();
            configure(provider, options);
            return options;
        });
        // A simulated market counts its minutes in its own time, and so its quotas.
        services.TryAddSingleton<IRequestQuota>(provider => new InProcessQuota(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<InvestApiClient>();
        services.TryAddSingleton<CandleHistory>();
        services.TryAddSingleton<MinuteArchive>();
        return services;
    }

    /// <inheritdoc cref="AddInvestApi(IServiceCollection, Action{IServiceProvider, InvestApiOptions})"/>
    public static IServiceCollection AddInvestApi(this IServiceCollection services, Action<InvestApiOptions> configure) =>
        services.AddInvestApi((_, options) => configure(options));
}
