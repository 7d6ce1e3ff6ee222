using System.Text.Json.Nodes;

namespace StockPipeline.AvroTests;

/// <summary>Makes a random schema and what may become of it over time, as JSON.</summary>
internal sealed class RandomEvolution(Random random)
{
    private static readonly string[] Primitives = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];
    private static readonly string[] Symbols = ["A", "B", "C", "D", "E", "F"];

    private static readonly Dictionary<string, string[]> Promotions = new(StringComparer.Ordinal)
    {
        ["int"] = ["long", "float", "double"], ["long"] = ["float", "double"], ["float"] = ["double"], ["string"] = ["bytes"], ["bytes"] = ["string"],
    };

    private int names;

    public (JsonNode Writer, JsonNode Reader) Make()
    {
        var writer = Schema(0);
        return (writer, Evolved(writer));
    }

    private JsonNode Schema(int depth)
    {
        string[] kinds = depth < 4
            ? ["primitive", "primitive", "primitive", "enum", "fixed", "record", "record", "record", "array", "map", "union", "list"]
            : ["primitive", "primitive", "primitive", "enum", "fixed"];
        return OneOf(kinds) switch
        {
            "enum" => Named("enum", ("symbols", Array(Symbols[..(1 + random.Next(Symbols.Length))].Select(one => (JsonNode)one)))),
            "fixed" => Named("fixed", ("size", 1 + random.Next(5))),
            "record" => Named("record", ("fields", Array(Times(6, () => Field(depth))))),
            "array" => new JsonObject { ["type"] = "array", ["items"] = Schema(depth + 1) },
            "map" => new JsonObject { ["type"] = "map", ["values"] = Schema(depth + 1) },
            "union" => Union([OneOf(Primitives), .. Times(4, () => Schema(depth + 1))]),
            "list" => List(depth),
            _ => OneOf(Primitives),
        };
    }

    private JsonObject Field(int depth) => new() { ["name"] = Fresh("field"), ["type"] = Schema(depth + 1) };

    /// <summary>A record that holds itself.</summary>
    private JsonObject List(int depth)
    {
        var list = Named("record");
        var next = new JsonObject { ["name"] = Fresh("next"), ["type"] = Array(["null", list["name"]!.DeepClone()]) };
        list["fields"] = Array([Field(depth), next, Field(depth)]);
        return list;
    }

    /// <summary>No two branches are of one family: which of them is taken would be a matter of taste.</summary>
    private static JsonArray Union(IEnumerable<JsonNode> candidates)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return Array(candidates.Where(one => Kind(one) != "union" && seen.Add(Family(one))));
    }

    private JsonNode Evolved(JsonNode schema)
    {
        if (Kind(schema) == "union")
            return EvolvedUnion(schema.AsArray());
        var evolved = EvolvedAlone(schema);
        var isReference = schema is JsonValue && !Primitives.Contains((string)schema!);
        if (isReference || Kind(schema) == "null" || Kind(evolved) == "null" || !Chance(0.1))
            return evolved;
        return Array(Chance(0.5) ? ["null", evolved] : [evolved, "null"]);
    }

    private JsonNode EvolvedAlone(JsonNode schema) => Kind(schema) switch
    {
        "record" => EvolvedRecord(schema.AsObject()),
        "array" => new JsonObject { ["type"] = "array", ["items"] = Evolved(schema["items"]!) },
        "map" => new JsonObject { ["type"] = "map", ["values"] = Evolved(schema["values"]!) },
        "enum" => EvolvedEnum(schema.AsObject()),
        "fixed" => Renamed(schema.DeepClone().AsObject()),
        var kind => Promotions.TryGetValue(kind, out var wider) && Chance(0.3) ? OneOf(wider) : schema.DeepClone(),
    };

    private JsonArray EvolvedUnion(JsonArray branches)
    {
        var evolved = branches.Select(branch => EvolvedAlone(branch!)).ToList();
        if (Chance(0.3) && evolved.TrueForAll(branch => Kind(branch) != "boolean"))
            evolved.Insert(random.Next(evolved.Count + 1), "boolean");
        return Array(evolved);
    }

    private JsonObject EvolvedRecord(JsonObject schema)
    {
        var isList = schema["fields"]!.ToJsonString().Contains($"\"{schema["name"]}\"", StringComparison.Ordinal);
        List<JsonNode> fields = [];
        foreach (var field in schema["fields"]!.AsArray().Where(_ => isList || !Chance(0.15)))
        {
            // Never under an alias: Apache.Avro reads such a field, and then puts its default in its place.
            fields.Add(new JsonObject { ["name"] = (string)field!["name"]!, ["type"] = Evolved(field["type"]!) });
        }
        while (Chance(0.25))
        {
            var type = Schema(3);
            fields.Add(new JsonObject { ["name"] = Fresh("added"), ["type"] = type, ["default"] = Default(type) });
        }
        var shuffled = fields.ToArray();
        if (Chance(0.4))
            random.Shuffle(shuffled);
        var record = new JsonObject { ["type"] = "record", ["name"] = (string)schema["name"]!, ["fields"] = Array(shuffled) };
        return isList ? record : Renamed(record);
    }

    private JsonObject EvolvedEnum(JsonObject schema)
    {
        var kept = schema["symbols"]!.AsArray().Select(one => (string)one!).Where(_ => Chance(0.8)).Append(OneOf(Symbols)).Distinct().ToList();
        var evolved = new JsonObject
        {
            ["type"] = "enum", ["name"] = (string)schema["name"]!, ["symbols"] = Array(kept.Select(one => (JsonNode)one)),
        };
        if (Chance(0.7))
            evolved["default"] = kept[0];
        return Renamed(evolved);
    }

    private JsonObject Renamed(JsonObject schema)
    {
        if (Chance(0.1))
            (schema["aliases"], schema["name"]) = (Array([(string)schema["name"]!]), Fresh("Renamed"));
        return schema;
    }

    /// <summary>As it stands in a schema; that of a union is of its first branch.</summary>
    private JsonNode? Default(JsonNode schema) => Kind(schema) switch
    {
        "boolean" => Chance(0.5),
        "int" or "long" => random.Next(1_000) - 500,
        "float" or "double" => random.Next(1_000) / 8d,
        "bytes" or "string" => RandomValue.Latin(random),
        "enum" => OneOf([.. schema["symbols"]!.AsArray().Select(one => (string)one!)]),
        "fixed" => new string('x', (int)schema["size"]!),
        "array" => Array(Times(3, () => Default(schema["items"]!)!)),
        "map" => new JsonObject(Times(3, () => KeyValuePair.Create(Fresh("key"), Default(schema["values"]!)))),
        "record" => new JsonObject(schema["fields"]!.AsArray().Select(field =>
            KeyValuePair.Create((string)field!["name"]!, Default(field["type"]!)))),
        "union" => Default(schema[0]!),
        _ => null,
    };

    private JsonObject Named(string kind, params (string Name, JsonNode Value)[] parts)
    {
        var named = new JsonObject { ["type"] = kind, ["name"] = Fresh(char.ToUpperInvariant(kind[0]) + kind[1..]) };
        foreach (var (name, value) in parts)
            named[name] = value;
        return named;
    }

    private static string Kind(JsonNode schema) => schema switch
    {
        JsonArray => "union",
        JsonObject => (string)schema["type"]!,
        _ => (string)schema!,
    };

    private static string Family(JsonNode schema) => Kind(schema) switch
    {
        "int" or "long" or "float" or "double" => "number",
        "string" or "bytes" => "text",
        "record" or "enum" or "fixed" => (string)schema["name"]!,
        var kind => kind,
    };

    private static JsonArray Array(IEnumerable<JsonNode?> items) => [.. items.Select(item => item?.Parent is null ? item : item.DeepClone())];

    private List<T> Times<T>(int limit, Func<T> make) => Enumerable.Range(0, random.Next(limit)).Select(_ => make()).ToList();

    private string OneOf(string[] items) => items[random.Next(items.Length)];

    private bool Chance(double part) => random.NextDouble() < part;

    private string Fresh(string kind) => $"{kind}{++names}";
}
