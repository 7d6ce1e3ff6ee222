using System.Globalization;
using System.Text;

namespace StockPipeline.RatesApi.Connections;

/// <summary>The date of answers, written once a second. Safe from any thread.</summary>
internal sealed class DateText(TimeProvider clock)
{
    private volatile Written current = new(-1, new byte[Answers.PreparedAnswer.DateWidth]);

    public ReadOnlySpan<byte> Now(long machineMs)
    {
        var known = current;
        var second = machineMs / 1000;
        if (known.Second != second)
        {
            var text = clock.GetUtcNow().ToString("r", CultureInfo.InvariantCulture);
            current = known = new Written(second, Encoding.ASCII.GetBytes(text));
        }
        return known.Bytes;
    }

    private sealed record Written(long Second, byte[] Bytes);
}
