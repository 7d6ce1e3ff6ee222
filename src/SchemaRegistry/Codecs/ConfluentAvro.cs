using StockPipeline.Avro.Records;

namespace StockPipeline.SchemaRegistry.Codecs;

/// <summary>Makes codecs of a subject's records.</summary>
public static class ConfluentAvro
{
    /// <summary>Registers our own schema under the subject, and writes by it from then on.</summary>
    public static async Task<ConfluentAvroCodec<T>> RegisterAsync<T>(
        ISchemaRegistry registry, string subject, AvroFormat<T> format, TimeProvider clock, CodecOptions options, CancellationToken stop)
    {
        var id = await registry.RegisterAsync(subject, format.Schema, stop);
        return new ConfluentAvroCodec<T>(format, id, new WriterSchemas<T>(registry, clock, options, format.ReaderOf));
    }
}
