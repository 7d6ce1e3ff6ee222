using StockPipeline.Market.Api;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Mapping;
using Instrument = StockPipeline.Contracts.Records.Instrument;

namespace StockPipeline.Config.Tickers;

/// <summary>All shares the API offers.</summary>
internal sealed class ShareList(InvestApiClient api, ILogger log)
{
    public IReadOnlyList<Instrument> All { get; private set; } = [];

    /// <summary>Those the API calls liquid, on the usual board: witnesses of when there was trading.</summary>
    public IReadOnlyList<Instrument> Liquid { get; private set; } = [];

    /// <summary>The others on the usual board.</summary>
    public IReadOnlyList<Instrument> Illiquid { get; private set; } = [];

    /// <returns>Whether anything is different from before.</returns>
    public async Task<bool> RefreshAsync(CancellationToken stop)
    {
        var answer = await api.Instruments.SharesAsync(
            new InstrumentsRequest { InstrumentStatus = InstrumentStatus.Base }, cancellationToken: stop);
        var all = new List<Instrument>(answer.Instruments.Count);
        var (liquid, illiquid) = (new List<Instrument>(), new List<Instrument>());
        foreach (var share in answer.Instruments)
        {
            try
            {
                var instrument = share.ToRecord();
                all.Add(instrument);
                if (share.ClassCode == TickerList.UsualClassCode)
                    (share.LiquidityFlag ? liquid : illiquid).Add(instrument);
            }
            catch (Exception unusable) when (unusable is FormatException or OverflowException)
            {
                Log.ShareUnusable(log, share.Ticker, unusable.Message);
            }
        }
        if (all.Count == 0)
        {
            // No shares at all is no news of the market but trouble at the source: to believe it would end all work.
            Log.NoShares(log);
            return false;
        }
        var changed = !all.SequenceEqual(All);
        (All, Liquid, Illiquid) = (all, liquid, illiquid);
        return changed;
    }
}
