namespace StockPipeline.RatesService.Links;

/// <summary>Answers of hosts that are not ours: read up to a limit.</summary>
internal static class BoundedBody
{
    /// <exception cref="HttpRequestException">The answer is longer.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage answer, int largest, CancellationToken cancellationToken)
    {
        if (answer.Content.Headers.ContentLength > largest)
            throw new HttpRequestException($"the answer has {answer.Content.Headers.ContentLength} bytes, more than {largest}");
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream((int)(answer.Content.Headers.ContentLength ?? 16 * 1024));
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > largest)
                throw new HttpRequestException($"the answer has more than {largest} bytes");
            body.Write(buffer, 0, read);
        }
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    public static TimeSpan? RetryAfter(HttpResponseMessage answer, TimeProvider market) => answer.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > market.GetUtcNow() => date - market.GetUtcNow(),
        _ => null,
    };
}
