namespace StockPipeline.Topics;

/// <summary>Prints rows in aligned columns; numbers to the right.</summary>
internal static class TextTable
{
    private const string Between = "  ";

    public static void Write(TextWriter output, IReadOnlyList<string> titles, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = titles.Select((_, column) => rows.Prepend(titles).Max(row => row[column].Length)).ToArray();
        var right = titles.Select((_, column) => rows.Count > 0 && rows.All(row => IsNumber(row[column]))).ToArray();
        foreach (var row in rows.Prepend(titles))
        {
            var cells = row.Select((cell, column) => right[column] ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            output.WriteLine(string.Join(Between, cells).TrimEnd());
        }
    }

    private static bool IsNumber(string cell) => cell.Length == 0 || cell == "-" || char.IsAsciiDigit(cell[^1]) && cell.All(letter =>
        char.IsAsciiDigit(letter) || letter is '.' or '-' or 'E' or '+');
}
