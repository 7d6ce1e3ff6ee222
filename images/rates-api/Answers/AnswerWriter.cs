using System.Globalization;
using System.Text;
using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Board;

namespace StockPipeline.RatesApi.Answers;

/// <summary>Writes answers about a pair. Pure.</summary>
internal static class AnswerWriter
{
    private const string Head = "\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nDate: ";

    private static readonly string NoDate = new(' ', PreparedAnswer.DateWidth);

    private static readonly string NoAge = new('0', PreparedAnswer.AgeWidth);

    /// <summary>The pair as it stands: its prices, or that there is none that could be served and since when.</summary>
    /// <param name="pair">What was asked for.</param>
    /// <param name="courses">Its prices, the best first.</param>
    /// <param name="now">The time.</param>
    /// <param name="knownSince">Since when the pair is known, for one that never had a price.</param>
    /// <param name="amount">How much of it is converted; null where that was not asked.</param>
    public static PreparedAnswer Write(
        RatePair pair, IReadOnlyList<Course> courses, DateTimeOffset now, DateTimeOffset knownSince, decimal? amount = null)
    {
        var served = courses.Where(course => !course.IsDead(now)).ToList();
        return served.Count > 0 && !courses[0].IsDead(now) ? Prices(pair, served, now, amount) : Dead(pair, courses, knownSince);
    }

    /// <summary>An answer that depends on nothing.</summary>
    public static PreparedAnswer Fixed(string status, string body) => new Draft().Text(body).Answer(status, long.MaxValue);

    private static PreparedAnswer Prices(RatePair pair, List<Course> courses, DateTimeOffset now, decimal? amount)
    {
        var draft = new Draft().Text($$"""{"exchanger":"{{courses[0].Exchanger}}","courses":[""");
        var validUntil = DateTimeOffset.MaxValue;
        foreach (var course in courses)
        {
            if (!ReferenceEquals(course, courses[0]))
                draft.Text(",");
            WriteCourse(draft, pair, course, now, amount);
            // It turns stale, and later it is served no more.
            var turns = course.IsFresh(now) ? course.FreshUntil : course.DeadFrom;
            validUntil = turns < validUntil ? turns : validUntil;
        }
        return draft.Text("]}").Answer("200 OK", validUntil.ToUnixTimeMilliseconds());
    }

    private static void WriteCourse(Draft draft, RatePair pair, Course course, DateTimeOffset now, decimal? amount)
    {
        var isDerived = course.Rank is 1 or 2;
        string Number(decimal value) => RateText.Write(isDerived ? RateText.Significant(value) : value);
        var value = Number(course.Value);
        draft.Text($$"""{"direction":"{{pair}}","value":{{value}},"text":"{{value}}","exchanger":"{{course.Exchanger}}",""");
        if (course.Bid is { } bid)
            draft.Text($"\"bid\":{Number(bid)},");
        if (course.Ask is { } ask)
            draft.Text($"\"ask\":{Number(ask)},");
        if (amount is { } converted)
            draft.Text($"\"amount\":{RateText.Write(converted)},\"converted\":{RateText.Write(RateText.Significant(converted * course.Value))},");
        draft.Text($"\"time\":\"{Instant(course.EventTime)}\",\"age_ms\":").Age(course.EventTime)
            .Text($",\"stale\":{(course.IsFresh(now) ? "false" : "true")},\"path\":[{List(course.Path.Select(one => one.ToString()))}],")
            .Text($"\"sources\":[{List(course.Sources)}],\"peg_assumed\":{(course.PegAssumed ? "true" : "false")}}}");
    }

    private static PreparedAnswer Dead(RatePair pair, IReadOnlyList<Course> courses, DateTimeOffset knownSince)
    {
        var draft = new Draft();
        var newest = courses.Count > 0 ? courses.Max(course => course.EventTime) : (DateTimeOffset?)null;
        if (newest is { } since)
        {
            draft.Text($$"""{"detail":"No price of {{pair}} has come since {{Instant(since)}}","since":"{{Instant(since)}}","age_ms":""")
                .Age(since).Text("}");
        }
        else
        {
            draft.Text($$"""{"detail":"No price of {{pair}} has come yet","since":"{{Instant(knownSince)}}"}""");
        }
        return draft.Answer("503 Service Unavailable", long.MaxValue);
    }

    private static string List(IEnumerable<string> texts) => string.Join(',', texts.Select(text => $"\"{text}\""));

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A body in the making; everything in it is ASCII.</summary>
    private sealed class Draft
    {
        private readonly StringBuilder body = new(512);
        private readonly List<AgePlace> ages = [];

        public Draft Text(string text)
        {
            body.Append(text);
            return this;
        }

        public Draft Age(DateTimeOffset since)
        {
            ages.Add(new AgePlace(body.Length, since.ToUnixTimeMilliseconds()));
            body.Append(NoAge);
            return this;
        }

        public PreparedAnswer Answer(string status, long validUntilMs)
        {
            var head = $"HTTP/1.1 {status}{Head}";
            var dateAt = head.Length;
            head += string.Create(CultureInfo.InvariantCulture, $"{NoDate}\r\nContent-Length: {body.Length}\r\n\r\n");
            return new PreparedAnswer(
                int.Parse(status.AsSpan(0, 3), CultureInfo.InvariantCulture), Encoding.ASCII.GetBytes(head + body), head.Length, dateAt,
                [.. ages.Select(age => age with { At = age.At + head.Length })], validUntilMs);
        }
    }
}
