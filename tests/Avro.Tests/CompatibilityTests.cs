using StockPipeline.Avro.Compatibility;
using StockPipeline.Avro.Schemas;

namespace StockPipeline.AvroTests;

public sealed class CompatibilityTests
{
    [Theory]
    [InlineData("\"long\"", "\"int\"")]
    [InlineData("\"bytes\"", "\"string\"")]
    [InlineData("""["null","double"]""", "\"float\"")]
    [InlineData("""["null","string"]""", """["string","null"]""")]
    [InlineData("\"string\"", """["string","bytes"]""")]
    [InlineData(
        """{"type":"record","name":"a.R","fields":[{"name":"x","type":"int","default":1}]}""",
        """{"type":"record","name":"b.R","fields":[]}""")]
    [InlineData("""{"type":"record","name":"R","fields":[]}""", """{"type":"record","name":"R","fields":[{"name":"x","type":"int"}]}""")]
    [InlineData("""{"type":"record","name":"Q","aliases":["R"],"fields":[]}""", """{"type":"record","name":"R","fields":[]}""")]
    [InlineData(
        """{"type":"record","name":"R","fields":[{"name":"y","type":"long","aliases":["x"]}]}""",
        """{"type":"record","name":"R","fields":[{"name":"x","type":"int"}]}""")]
    [InlineData("""{"type":"enum","name":"E","symbols":["a"],"default":"a"}""", """{"type":"enum","name":"E","symbols":["a","b"]}""")]
    [InlineData(
        """{"type":"record","name":"L","fields":[{"name":"n","type":["null","L"]}]}""",
        """{"type":"record","name":"L","fields":[{"name":"n","type":["null","L"]}]}""")]
    public void A_reader_that_fits_is_accepted(string reader, string writer) =>
        Assert.Empty(SchemaCompatibility.Check(AvroSchema.Parse(reader), AvroSchema.Parse(writer)));

    [Theory]
    [InlineData("\"int\"", "\"long\"", IncompatibilityKind.TypeMismatch, "/")]
    [InlineData("\"string\"", """["string","int"]""", IncompatibilityKind.TypeMismatch, "/")]
    [InlineData("""["null","int"]""", "\"string\"", IncompatibilityKind.MissingUnionBranch, "/")]
    [InlineData("""{"type":"array","items":"int"}""", """{"type":"array","items":"string"}""", IncompatibilityKind.TypeMismatch, "/items")]
    [InlineData(
        """{"type":"fixed","name":"F","size":1}""",
        """{"type":"fixed","name":"F","size":2}""", IncompatibilityKind.FixedSizeMismatch, "/size")]
    [InlineData("""{"type":"fixed","name":"F","size":1}""", """{"type":"fixed","name":"G","size":1}""", IncompatibilityKind.NameMismatch, "/name")]
    [InlineData(
        """{"type":"enum","name":"E","symbols":["a"]}""",
        """{"type":"enum","name":"E","symbols":["a","b"]}""", IncompatibilityKind.MissingEnumSymbols, "/symbols")]
    [InlineData(
        """{"type":"record","name":"R","fields":[{"name":"x","type":"int"}]}""", """{"type":"record","name":"R","fields":[]}""",
        IncompatibilityKind.ReaderFieldMissingDefaultValue, "/fields/0")]
    [InlineData(
        """{"type":"record","name":"R","fields":[{"name":"x","type":"int"}]}""",
        """{"type":"record","name":"R","fields":[{"name":"x","type":"string"}]}""",
        IncompatibilityKind.TypeMismatch, "/fields/0/type")]
    public void A_reader_that_does_not_fit_is_told_why_and_where(string reader, string writer, IncompatibilityKind kind, string path)
    {
        var found = Assert.Single(SchemaCompatibility.Check(AvroSchema.Parse(reader), AvroSchema.Parse(writer)));

        Assert.Equal((kind, path), (found.Kind, found.Path));
    }

    [Fact]
    public void A_chain_of_types_too_long_for_the_stack_is_too_deep()
    {
        var types = Enumerable.Range(1, 10_000)
            .Select(level => $$"""{"type":"record","name":"T{{level}}","fields":[{"name":"a","type":"T{{level - 1}}"}]}""");
        var schema = AvroSchema.Parse($$"""[{"type":"record","name":"T0","fields":[]},{{string.Join(',', types)}}]""");

        Assert.NotEmpty(SchemaCompatibility.Check(((UnionSchema)schema).Branches[^1], ((UnionSchema)schema).Branches[^1]));
    }
}
