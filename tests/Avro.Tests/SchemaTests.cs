using StockPipeline.Avro;
using StockPipeline.Avro.Schemas;

namespace StockPipeline.AvroTests;

public sealed class SchemaTests
{
    [Theory]
    [InlineData("\"string\"", "\"string\"")]
    [InlineData("string", "\"string\"")]
    [InlineData("""{"type":"string"}""", "\"string\"")]
    [InlineData("""{"type":{"type":"array","items":{"type":"int"}}}""", """{"type":"array","items":"int"}""")]
    [InlineData(
        """{"fields":[{"type":"int","name":"a"}],"name":"n.R","type":"record"}""",
        """{"type":"record","name":"R","namespace":"n","fields":[{"name":"a","type":"int"}]}""")]
    [InlineData("""{"type":"long","logicalType":"timestamp-millis"}""", """{"type":"long","logicalType":"timestamp-millis"}""")]
    [InlineData("""{"type":"int","logicalType":"timestamp-millis"}""", """{"type":"int","logicalType":"timestamp-millis"}""")]
    [InlineData(
        """{"type":"record","name":"R","namespace":"n","fields":[{"name":"a","type":["null","R"],"default":null,"x":[1]}],"y":2}""",
        """{"type":"record","name":"R","namespace":"n","fields":[{"name":"a","type":["null","R"],"default":null,"x":[1]}],"y":2}""")]
    public void A_schema_has_one_form(string text, string form)
    {
        var schema = AvroSchema.Parse(text);

        Assert.Equal(form, schema.Json);
        Assert.Equal(form, AvroSchema.Parse(schema.Json).Json);
    }

    [Fact]
    public void The_binary_form_leaves_out_what_decides_nothing()
    {
        var one = AvroSchema.Parse(
            """{"type":"record","name":"R","doc":"d","fields":[{"name":"a","type":"int","default":1,"doc":"e","aliases":["b"]}]}""");
        var other = AvroSchema.Parse("""{"type":"record","name":"R","aliases":["Q"],"fields":[{"name":"a","type":"int","x":1}]}""");

        Assert.NotEqual(one.Json, other.Json);
        Assert.Equal(one.BinaryForm, other.BinaryForm);
    }

    [Theory]
    [InlineData("""{"type":"bytes","logicalType":"decimal","precision":18,"scale":9}""", true)]
    [InlineData("""{"type":"bytes","logicalType":"decimal","precision":4}""", true)]
    [InlineData("""{"type":"bytes","logicalType":"decimal","precision":4,"scale":5}""", false)]
    [InlineData("""{"type":"bytes","logicalType":"decimal"}""", false)]
    [InlineData("""{"type":"fixed","name":"F","size":2,"logicalType":"decimal","precision":4}""", true)]
    [InlineData("""{"type":"fixed","name":"F","size":2,"logicalType":"decimal","precision":5}""", false)]
    [InlineData("""{"type":"string","logicalType":"uuid"}""", true)]
    [InlineData("""{"type":"int","logicalType":"date"}""", true)]
    [InlineData("""{"type":"long","logicalType":"date"}""", false)]
    [InlineData("""{"type":"long","logicalType":"unheard-of"}""", false)]
    public void Logical_types_that_do_not_fit_are_ignored(string text, bool fits) => Assert.Equal(fits, AvroSchema.Parse(text).Logical is not null);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("5")]
    [InlineData("\"unheard\"")]
    [InlineData("{}")]
    [InlineData("""{"type":"record","fields":[]}""")]
    [InlineData("""{"type":"record","name":"R"}""")]
    [InlineData("""{"type":"record","name":"R","fields":5}""")]
    [InlineData("""{"type":"record","name":"1R","fields":[]}""")]
    [InlineData("""{"type":"record","name":"int","fields":[]}""")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}""")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"a","type":"int","default":"x"}]}""")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"a","type":"R","default":{}}]}""")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"a","type":"int","order":"x"}]}""")]
    [InlineData("""{"type":"enum","name":"E","symbols":["a","a"]}""")]
    [InlineData("""{"type":"enum","name":"E","symbols":["a"],"default":"b"}""")]
    [InlineData("""{"type":"fixed","name":"F","size":-1}""")]
    [InlineData("""{"type":"array"}""")]
    [InlineData("""["int","int"]""")]
    [InlineData("""["int",["string"]]""")]
    [InlineData("""[{"type":"fixed","name":"F","size":1},{"type":"fixed","name":"F","size":1}]""")]
    [InlineData("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"\\ud800\"]}")]
    public void A_text_that_is_no_schema_is_refused(string text) => Assert.Throws<InvalidSchemaException>(() => AvroSchema.Parse(text));

    [Fact]
    public void Length_and_depth_of_a_schema_are_limited()
    {
        string Nested(int levels) => string.Concat(Enumerable.Repeat("{\"type\":\"array\",\"items\":", levels)) + "\"int\"" + new string('}', levels);

        Assert.NotNull(AvroSchema.Parse(Nested(AvroLimits.MaxSchemaDepth)));
        Assert.Throws<InvalidSchemaException>(() => AvroSchema.Parse(Nested(AvroLimits.MaxSchemaDepth + 1)));
        Assert.NotNull(AvroSchema.Parse("\"int\"" + new string(' ', AvroLimits.MaxSchemaLength - 5)));
        Assert.Throws<InvalidSchemaException>(() => AvroSchema.Parse("\"int\"" + new string(' ', AvroLimits.MaxSchemaLength - 4)));
    }
}
