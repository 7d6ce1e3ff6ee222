using System.Text.Json;
using System.Text.Json.Serialization;

namespace StockPipeline.Simulator.Replay;

/// <summary>The names and formats of the files of a recording.</summary>
internal static class RecordingFiles
{
    public const string Listings = "shares.json";

    /// <summary>History, in the format of the minute archive.</summary>
    public const string History = "*.csv";

    /// <summary>A stream: one JSON object a line, with when a message came and the candle in it.</summary>
    public const string Streams = "*.jsonl";

    public const string Expected = $"{History} (minute archive) or {Streams} (recorded stream)";

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
    };
}
