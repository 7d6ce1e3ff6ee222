using System.Diagnostics.CodeAnalysis;

namespace StockPipeline.Hosting;

/// <summary>Reads one setting's text; the shape of every <c>TryParse</c>.</summary>
public delegate bool SettingParser<T>(string text, [MaybeNullWhen(false)] out T value);
