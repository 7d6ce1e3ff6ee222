using StockPipeline.Contracts.Time;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Faults;

/// <summary>
/// Holds the faults that are set and casts the dice that decide when they strike. Rules can be set while the market runs; with one seed and
/// one order of opportunities the same faults strike. Thread-safe.
/// </summary>
public sealed class FaultInjector
{
    public const int MaxRules = 100;

    /// <summary>Older strikes are forgotten; the counts are not.</summary>
    public const int MaxStrikes = 1_000;

    private readonly Lock gate = new();
    private readonly Queue<FaultStrike> strikes = new();
    private readonly Random dice;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private volatile Armed[] rules = [];

    internal FaultInjector(int seed, TimeProvider clock, ILogger log)
    {
        dice = new Random(seed);
        this.clock = clock;
        this.log = log;
    }

    /// <summary>Puts these rules in the place of all others; their times count from now.</summary>
    public void Set(params IReadOnlyList<FaultRule> wanted)
    {
        lock (gate)
            rules = Arm(wanted, []);
    }

    /// <summary>Adds one rule; its time counts from now.</summary>
    public void Add(FaultRule rule)
    {
        lock (gate)
            rules = Arm([rule], rules);
    }

    public void Clear() => Set([]);

    public FaultReport Report()
    {
        lock (gate)
            return new FaultReport([.. rules.Select(armed => new FaultCount(armed.Rule, armed.Struck))], [.. strikes]);
    }

    /// <summary>How many times faults of a kind have struck under the rules that hold.</summary>
    public int Struck(FaultKind kind)
    {
        lock (gate)
            return rules.Where(armed => armed.Rule.Kind == kind).Sum(armed => armed.Struck);
    }

    /// <summary>The rule that strikes now, or null.</summary>
    internal FaultRule? Strike(FaultKind kind, in FaultOpportunity at)
    {
        if (!Has(kind))
            return null;
        lock (gate)
        {
            var now = clock.GetUtcNow();
            foreach (var armed in rules)
            {
                if (armed.Rule.Kind != kind || !armed.IsDue(now) || !Concerns(armed.Rule, at) || dice.NextDouble() >= armed.Rule.Probability)
                    continue;
                armed.Struck++;
                if (strikes.Count == MaxStrikes)
                    strikes.Dequeue();
                strikes.Enqueue(new FaultStrike(now, kind, at.Subject));
                Log.FaultStruck(log, kind, at.Subject, now);
                return armed.Rule;
            }
            return null;
        }
    }

    /// <summary>The rules of a kind that are in their time, without striking.</summary>
    internal IEnumerable<FaultRule> Due(FaultKind kind)
    {
        var now = clock.GetUtcNow();
        return rules.Where(armed => armed.Rule.Kind == kind && armed.IsDue(now)).Select(armed => armed.Rule);
    }

    /// <summary>A number from 0 to 1 from the same dice.</summary>
    internal double Roll()
    {
        lock (gate)
            return dice.NextDouble();
    }

    private bool Has(FaultKind kind)
    {
        foreach (var armed in rules)
        {
            if (armed.Rule.Kind == kind)
                return true;
        }
        return false;
    }

    private Armed[] Arm(IReadOnlyList<FaultRule> wanted, Armed[] others)
    {
        foreach (var rule in wanted)
        {
            if (rule.Problem() is { } problem)
                throw new ArgumentException($"The fault {rule.Kind} cannot be set: {problem}.");
        }
        if (wanted.Count + others.Length > MaxRules)
            throw new ArgumentException($"At most {MaxRules} faults can be set.");
        var now = clock.GetUtcNow();
        return [.. others, .. wanted.Select(rule => new Armed(rule, now))];
    }

    private static bool Concerns(FaultRule rule, in FaultOpportunity at) =>
        (rule.Instrument is not { } id || (at.Listing is { } listing && Names(id, listing)))
        && (rule.Interval is not { } interval || (at.Period is { } period && Interval.Parse(interval).Number == period.Number))
        && (rule.Method is not { } method || method == at.Method);

    private static bool Names(string id, Listing listing) =>
        id == listing.Figi.Value || id == listing.Uid || id == listing.TickerAndClass || (id == listing.Ticker && listing.ClassCode == "TQBR");

    private sealed class Armed(FaultRule rule, DateTimeOffset since)
    {
        public FaultRule Rule { get; } = rule;

        public int Struck { get; set; }

        public bool IsDue(DateTimeOffset now) =>
            now >= since + Rule.After
            && (Rule.For is not { } span || now < since + Rule.After + span)
            && (Rule.Limit is not { } limit || Struck < limit);
    }
}
