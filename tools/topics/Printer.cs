using System.Text;
using System.Text.Json;
using Spectre.Console;

namespace StockPipeline.Topics;

/// <summary>Prints rows: in aligned columns, with colours where somebody looks at them, or as a line of JSON each.</summary>
internal sealed class Printer
{
    private const string Between = "  ";

    /// <summary>Lines are never broken here: a terminal does that by itself, and whoever reads a pipe does not want it.</summary>
    private const int Endless = 1_000_000;

    private static readonly Style Title = new(decoration: Decoration.Bold);
    private static readonly Style Aside = new(Color.Grey);
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Open = new(Color.Yellow);
    private static readonly Style Bad = new(Color.Red);

    private readonly TextWriter output;
    private readonly TextWriter notes;
    private readonly int width;

    public Printer(TextWriter output, TextWriter notes, bool isTerminal, bool json)
    {
        this.output = output;
        this.notes = notes;
        (IsTerminal, IsJson) = (isTerminal, json);
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
        });
        width = Console.Profile.Width;
        Console.Profile.Width = Endless;
    }

    public bool IsTerminal { get; }

    public bool IsJson { get; }

    /// <summary>For what is drawn again and again in place.</summary>
    public IAnsiConsole Screen
    {
        get
        {
            Console.Profile.Width = width;
            return Console;
        }
    }

    private IAnsiConsole Console { get; }

    /// <summary>Prints one table for each run of rows with the same names.</summary>
    public void Write(IReadOnlyList<IReadOnlyList<Cell>> rows)
    {
        if (IsJson)
        {
            foreach (var row in rows)
                output.WriteLine(Json(row));
            return;
        }
        var first = 0;
        for (var end = 1; end <= rows.Count; end++)
        {
            if (end < rows.Count && rows[end].Select(cell => cell.Name).SequenceEqual(rows[first].Select(cell => cell.Name)))
                continue;
            WriteTable([.. rows.Skip(first).Take(end - first)]);
            first = end;
        }
    }

    /// <summary>Prints a line of cells, each as wide as it is told.</summary>
    public void WriteLine(IEnumerable<(Cell Cell, int Width)> cells) =>
        WriteLine([.. cells.Select(one => (one.Cell.Text.PadLeft(one.Width), StyleOf(one.Cell)))]);

    /// <summary>Prints a line that belongs to the answer.</summary>
    public void WriteLine(string text) => output.WriteLine(text);

    /// <summary>Says something about the answer, where it does not get among it.</summary>
    public void Note(string text) => notes.WriteLine(text);

    public static Style StyleOf(Cell cell) => (cell.Name, cell.Text) switch
    {
        ("partition" or "offset" or "at" or "figi", _) => Aside,
        ("state" or "outcome", "filled" or "put back") or ("final", "yes") => Good,
        ("state", "suspected" or "requested") or ("final", "no") => Open,
        ("state", "lost") or ("value", "removed") or ("error", _) => Bad,
        ("lag", not "0") => Open,
        _ => Style.Plain,
    };

    private void WriteTable(List<IReadOnlyList<Cell>> rows)
    {
        var titles = rows[0].Select(cell => cell.Name).ToArray();
        var widths = titles.Select((title, column) => Math.Max(title.Length, rows.Max(row => row[column].Text.Length))).ToArray();
        var right = titles.Select((_, column) => rows.TrueForAll(row => IsNumber(row[column].Text))).ToArray();
        WriteLine([.. titles.Select((title, column) => (Padded(title, column), Title))]);
        foreach (var row in rows)
            WriteLine([.. row.Select((cell, column) => (Padded(cell.Text, column), StyleOf(cell)))]);

        string Padded(string text, int column) => right[column] ? text.PadLeft(widths[column])
            : column < titles.Length - 1 ? text.PadRight(widths[column]) : text;
    }

    private void WriteLine(IReadOnlyList<(string Text, Style Style)> parts)
    {
        // Line breaks are those of a value: one record stays one line.
        foreach (var (part, at) in parts.Select((part, at) => (part, at)))
            Console.Write(new Text((at == 0 ? "" : Between) + part.Text.ReplaceLineEndings("\\n"), part.Style));
        output.WriteLine();
    }

    private static bool IsNumber(string cell) => cell.Length == 0 || cell == "-" || (char.IsAsciiDigit(cell[^1]) && cell.All(letter =>
        char.IsAsciiDigit(letter) || letter is '.' or '-' or 'E' or '+'));

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

