using System.Collections;
using System.Runtime.CompilerServices;

namespace StockPipeline.Testing;

/// <summary>Waits until something holds, and on giving up says what was last seen.</summary>
public static class Eventually
{
    /// <summary>Far more than anything takes: it is spent only where something is broken, and a busy machine is not.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Of what was last seen: enough to know it by, not so much that the failure is lost in it.</summary>
    private const int MostShown = 40;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Looks again and again until <paramref name="isRight"/> accepts what <paramref name="look"/> sees.</summary>
    public static async Task<T> SeeAsync<T>(
        Func<Task<T>> look, Func<T, bool> isRight, TimeSpan? patience = null, [CallerArgumentExpression(nameof(isRight))] string promise = "")
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (isRight(seen))
                return seen;
            var waited = TimeProvider.System.GetElapsedTime(started);
            if (waited > (patience ?? Patience))
                throw new TimeoutException($"Not within {waited.TotalSeconds:F1} s: {promise}; last seen: {Show(seen)}");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    public static Task<T> SeeAsync<T>(
        Func<T> look, Func<T, bool> isRight, TimeSpan? patience = null, [CallerArgumentExpression(nameof(isRight))] string promise = "") =>
        SeeAsync(() => Task.FromResult(look()), isRight, patience, promise);

    public static Task TrueAsync(Func<bool> holds, TimeSpan? patience = null, [CallerArgumentExpression(nameof(holds))] string promise = "") =>
        SeeAsync(holds, seen => seen, patience, promise);

    /// <summary>A value as a failure names it: collections by what is in them, and nothing at all by its name.</summary>
    public static string Show(object? seen) => seen switch
    {
        null => "null",
        string text => text,
        IEnumerable many => Show(many.Cast<object?>().Take(MostShown + 1).ToList()),
        ITuple tuple => $"({string.Join(", ", Enumerable.Range(0, tuple.Length).Select(place => Show(tuple[place])))})",
        _ => seen.ToString() ?? seen.GetType().Name,
    };

    private static string Show(List<object?> few) =>
        $"[{string.Join(", ", few.Take(MostShown).Select(Show))}{(few.Count > MostShown ? ", …" : "")}]";
}
