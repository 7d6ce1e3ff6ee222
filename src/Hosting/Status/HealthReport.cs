using System.Buffers;
using System.Text.Json;

namespace StockPipeline.Hosting.Status;

/// <summary>The answer of a health page.</summary>
internal static class HealthReport
{
    public static byte[] Write(string status, IReadOnlyList<Health> services)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("status", status);
            json.WriteStartArray("services");
            foreach (var service in services)
                WriteService(json, service);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteService(Utf8JsonWriter json, Health service)
    {
        json.WriteStartObject();
        json.WriteString("service", service.Service);
        json.WriteBoolean("ready", service.IsReady);
        json.WriteBoolean("alive", service.IsAlive);
        json.WriteStartArray("checks");
        foreach (var check in service.Checks)
        {
            json.WriteStartObject();
            json.WriteString("name", check.Name);
            json.WriteString("state", StateName(check.State));
            json.WriteString("reason", check.Reason);
            json.WriteString("since", check.Since);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("loops");
        foreach (var loop in service.Loops)
        {
            json.WriteStartObject();
            json.WriteString("name", loop.Name);
            json.WriteBoolean("begun", loop.HasBeaten);
            json.WriteNumber("ageSeconds", Math.Round(loop.Age.TotalSeconds, 3));
            json.WriteNumber("staleAfterSeconds", loop.StaleAfter.TotalSeconds);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string StateName(CheckState state) => state switch
    {
        CheckState.Starting => "starting",
        CheckState.Ready => "ready",
        _ => "failing",
    };
}
