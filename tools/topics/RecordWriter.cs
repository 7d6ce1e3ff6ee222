using System.Text;
using System.Text.Json;
using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Topics;

/// <summary>Shows records: as tables, one for each kind that follows another, or as a line of JSON each.</summary>
internal sealed class RecordWriter(TextWriter output, bool asJson)
{
    public void Write(IReadOnlyList<(FoundRecord Record, object? Decoded)> records, Func<Figi, string?> tickerOf)
    {
        var rows = records.Select(one => (Kind: one.Decoded?.GetType(), Cells: CellsOf(one.Record, one.Decoded, tickerOf))).ToList();
        if (asJson)
            rows.ForEach(row => output.WriteLine(Json(row.Cells)));
        else
            WriteTables(rows);
    }

    private void WriteTables(List<(Type? Kind, IReadOnlyList<Cell> Cells)> rows)
    {
        var first = 0;
        for (var end = 1; end <= rows.Count; end++)
        {
            if (end < rows.Count && rows[end].Kind == rows[first].Kind && rows[end].Cells.Count == rows[first].Cells.Count)
                continue;
            var titles = rows[first].Cells.Select(cell => cell.Name).ToList();
            TextTable.Write(output, titles, [.. rows[first..end].Select(row => (IReadOnlyList<string>)[.. row.Cells.Select(cell => cell.Text)])]);
            first = end;
        }
    }

    private static IReadOnlyList<Cell> CellsOf(FoundRecord record, object? decoded, Func<Figi, string?> tickerOf)
    {
        Cell[] place = [new("partition", record.Partition), new("offset", record.Offset), new("at", record.At)];
        return decoded switch
        {
            null => [.. place, new("key", record.Key), new("value", "removed")],
            string sentence => [.. place, new("key", record.Key), .. record.Headers.Select(header => new Cell(header.Key, header.Value)),
                new("value", sentence)],
            var known => [.. place, .. Cells.Of(known, tickerOf)],
        };
    }

    private static string Json(IReadOnlyList<Cell> cells)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach (var cell in cells)
                cell.Write(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
