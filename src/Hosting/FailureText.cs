using System.Text;

namespace StockPipeline.Hosting;

/// <summary>A failure in one line, for a terminal and for health pages; the log has the rest.</summary>
internal static class FailureText
{
    private const int MostCauses = 4;
    private const int Longest = 500;

    public static string OneLine(Exception failure)
    {
        var text = new StringBuilder();
        var cause = failure;
        for (var i = 0; i < MostCauses && cause is not null; i++)
        {
            if (i > 0)
                text.Append(" <- ");
            text.Append(cause.GetType().Name).Append(": ").Append(cause.Message);
            cause = cause.InnerException;
        }
        text.Replace('\n', ' ').Replace('\r', ' ');
        return text.Length <= Longest ? text.ToString() : text.ToString(0, Longest) + "...";
    }
}
