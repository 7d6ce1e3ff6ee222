using System.Runtime.CompilerServices;

namespace StockPipeline.Testing;

/// <summary>Waits until something holds, and on giving up says what was last seen.</summary>
public static class Eventually
{
    /// <summary>Far more than anything takes: it is spent only where something is broken, and a busy machine is not.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

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
                throw new TimeoutException($"Not within {waited.TotalSeconds:F1} s: {promise}; last seen: {seen}");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    public static Task<T> SeeAsync<T>(
        Func<T> look, Func<T, bool> isRight, TimeSpan? patience = null, [CallerArgumentExpression(nameof(isRight))] string promise = "") =>
        SeeAsync(() => Task.FromResult(look()), isRight, patience, promise);

    public static Task TrueAsync(Func<bool> holds, TimeSpan? patience = null, [CallerArgumentExpression(nameof(holds))] string promise = "") =>
        SeeAsync(holds, seen => seen, patience, promise);
}
