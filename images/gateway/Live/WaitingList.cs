namespace StockPipeline.Gateway.Live;

/// <summary>Can stand in a <see cref="WaitingList{T}"/>, in one at a time.</summary>
internal interface IWaits<T>
    where T : class
{
    /// <summary>Who stands behind it; the list's alone.</summary>
    T? Behind { get; set; }
}

/// <summary>
/// Who waits for a turn, first come first served: any thread puts in, one takes out. It is a chain through those who wait, so that an empty one,
/// of which each of ten thousand sockets has several, takes two words.
/// </summary>
internal struct WaitingList<T>
    where T : class, IWaits<T>
{
    /// <summary>The newest first.</summary>
    private T? came;

    /// <summary>The oldest first; the taking thread's own.</summary>
    private T? inOrder;

    /// <summary>Asked by the thread that takes out.</summary>
    public readonly bool IsEmpty => inOrder is null && Volatile.Read(in came) is null;

    /// <summary>Puts in who stands in no list now.</summary>
    public void Add(T one)
    {
        var newest = Volatile.Read(ref came);
        while (true)
        {
            one.Behind = newest;
            var seen = Interlocked.CompareExchange(ref came, one, newest);
            if (ReferenceEquals(seen, newest))
                return;
            newest = seen;
        }
    }

    public T? Take()
    {
        if (inOrder is null)
        {
            for (var one = Interlocked.Exchange(ref came, null); one is not null;)
            {
                var older = one.Behind;
                (one.Behind, inOrder) = (inOrder, one);
                one = older;
            }
        }
        if (inOrder is not { } first)
            return null;
        (inOrder, first.Behind) = (first.Behind, null);
        return first;
    }
}
