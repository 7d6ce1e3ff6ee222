using System.Globalization;

namespace StockPipeline.Market.Grpc;

/// <summary>How a call ended, as its trailers tell it; in a reply without a body the headers play that part.</summary>
/// <param name="Code">The standard code.</param>
/// <param name="Detail">The <c>grpc-message</c>: the API's own numeric code, or any text of a proxy in between.</param>
public sealed record GrpcStatus(GrpcStatusCode Code, string Detail = "")
{
    public static readonly GrpcStatus Ok = new(GrpcStatusCode.Ok);

    /// <summary>The text of the error in English, where the server gave one.</summary>
    public string Text { get; init; } = "";

    /// <summary>What the broker's support asks for.</summary>
    public string TrackingId { get; init; } = "";

    public RateLimitReport? RateLimit { get; init; }

    public bool IsOk => Code == GrpcStatusCode.Ok;

    /// <summary>The T-Invest code, or null when the detail is no number: the error came from elsewhere.</summary>
    public int? ApiCode => int.TryParse(Detail, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : null;

    /// <summary>Null when there is no <c>grpc-status</c> in this place.</summary>
    public static GrpcStatus? Read(Func<string, string?> header)
    {
        if (header(GrpcHeaders.Status) is not { } code)
            return null;
        var known = int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is >= (int)GrpcStatusCode.Ok and <= (int)GrpcStatusCode.Unauthenticated;
        return new GrpcStatus(known ? (GrpcStatusCode)number : GrpcStatusCode.Unknown, PercentText.Decode(header(GrpcHeaders.Message) ?? ""))
        {
            Text = PercentText.Decode(header(GrpcHeaders.Text) ?? ""),
            TrackingId = header(GrpcHeaders.TrackingId) ?? "",
            RateLimit = RateLimitReport.Read(header),
        };
    }

    /// <summary>Writes what <see cref="Read"/> reads; parts that are not set are left out.</summary>
    public void Write(Action<string, string> header)
    {
        header(GrpcHeaders.Status, ((int)Code).ToString(CultureInfo.InvariantCulture));
        if (Detail.Length > 0)
            header(GrpcHeaders.Message, PercentText.Encode(Detail));
        if (Text.Length > 0)
            header(GrpcHeaders.Text, PercentText.Encode(Text));
        if (TrackingId.Length > 0)
            header(GrpcHeaders.TrackingId, TrackingId);
        RateLimit?.Write(header);
    }

    public override string ToString()
    {
        var parts = new List<string> { Code.ToString() };
        if (Detail.Length > 0)
            parts.Add(Detail);
        if (Text.Length > 0)
            parts.Add(Text);
        if (TrackingId.Length > 0)
            parts.Add($"tracking id {TrackingId}");
        return string.Join(", ", parts);
    }
}
