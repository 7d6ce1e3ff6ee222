using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Market.Mapping;

/// <summary>Places sessions on one date: who comes first keeps the time, who comes later gets what is free.</summary>
internal sealed class SessionTimeline(DateOnly date)
{
    private readonly TimeRange whole = new(StartOf(date), StartOf(date.AddDays(1)));

    private readonly List<(SessionKind? Kind, TimeRange Range)> taken = [];

    /// <summary>What was placed, in order; pieces of one kind that touch are one session.</summary>
    public IReadOnlyList<TradingSession> Sessions
    {
        get
        {
            var sessions = new List<TradingSession>();
            foreach (var (kind, range) in taken.OrderBy(piece => piece.Range.From))
            {
                if (kind is not { } placed)
                    continue;
                if (sessions.Count > 0 && sessions[^1].Kind == placed && sessions[^1].End == range.From)
                    sessions[^1] = sessions[^1] with { End = range.To };
                else
                    sessions.Add(new TradingSession(placed, range.From, range.To));
            }
            return sessions;
        }
    }

    /// <summary>Keeps a stretch free of any session.</summary>
    public void Close(TimeRange range) => Place(null, range);

    public void Add(SessionKind kind, TimeRange? range)
    {
        if (range is { } given)
            Place(kind, given);
    }

    private void Place(SessionKind? kind, TimeRange range)
    {
        var from = range.From < whole.From ? whole.From : range.From;
        var end = range.To > whole.To ? whole.To : range.To;
        var before = taken.Select(piece => piece.Range).Where(piece => piece.From < end && from < piece.To).OrderBy(piece => piece.From).ToList();
        foreach (var piece in before)
        {
            if (from < piece.From)
                taken.Add((kind, new TimeRange(from, piece.From)));
            from = piece.To > from ? piece.To : from;
        }
        if (from < end)
            taken.Add((kind, new TimeRange(from, end)));
    }

    private static DateTimeOffset StartOf(DateOnly date) => new(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
