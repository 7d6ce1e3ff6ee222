namespace StockPipeline.Broker.Protocol;

/// <summary>Doing the items of a request one by one: what is refused becomes the error and the message of that item alone.</summary>
internal static class Refusals
{
    public static (T? Value, ErrorCode Error, string? Message) Try<T>(Func<T> act)
        where T : class
    {
        try
        {
            return (act(), ErrorCode.None, null);
        }
        catch (RefusedException refused)
        {
            return (null, refused.Error, refused.Message);
        }
    }

    /// <summary>Does what is named once, and refuses what is named more often; one outcome for each name, in the order of the request.</summary>
    public static IReadOnlyList<(TItem Item, T? Value, ErrorCode Error, string? Message)> TryEach<TItem, T>(
        TItem[] items, Func<TItem, object> name, string ifTwice, Func<TItem, T> act)
        where T : class =>
        [.. items.GroupBy(name).Select(same =>
        {
            var item = same.First();
            var (value, error, message) = same.Count() > 1 ? (null, ErrorCode.InvalidRequest, ifTwice) : Try(() => act(item));
            return (item, value, error, message);
        })];
}

/// <summary>One item of a request cannot be done; its part of the answer carries the code and the words.</summary>
internal sealed class RefusedException(ErrorCode error, string message) : Exception(message)
{
    public ErrorCode Error => error;
}
