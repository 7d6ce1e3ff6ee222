using System.Globalization;

namespace StockPipeline.TelegramService.Chart;

/// <summary>
/// Letters of five by seven dots for what stands on a picture: capitals, digits and a few signs. A machine without any fonts draws the same.
/// </summary>
internal static class PixelFont
{
    public const int Height = 7;

    /// <summary>From one letter to the next.</summary>
    public const int Advance = 6;

    private const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ%+,-./:@_() ";

    /// <summary>Five columns a letter, two digits each; the lowest bit is the uppermost dot.</summary>
    private const string Columns =
        "3E5149453E" + "00427F4000" + "4261514946" + "2141454B31" + "1814127F10" + "2745454539" + "3C4A494930" + "0171090503" + "3649494936"
        + "064949291E"
        + "7E1111117E" + "7F49494936" + "3E41414122" + "7F4141221C" + "7F49494941" + "7F09090901" + "3E4149497A" + "7F0808087F" + "00417F4100"
        + "2040413F01" + "7F08142241" + "7F40404040" + "7F020C027F" + "7F0408107F" + "3E4141413E" + "7F09090906" + "3E4151215E" + "7F09192946"
        + "4649494931" + "01017F0101" + "3F4040403F" + "1F2040201F" + "3F4038403F" + "6314081463" + "0708700807" + "6151494543"
        + "2313086462" + "08083E0808" + "0050300000" + "0808080808" + "0060600000" + "2010080402" + "0036360000" + "324979413E" + "4040404040"
        + "001C224100" + "0041221C00" + "0000000000";

    private static readonly Dictionary<char, byte[]> Known = Letters.Select((letter, at) => (letter, at)).ToDictionary(
        one => one.letter, one => Convert.FromHexString(Columns.AsSpan(one.at * 10, 10)));

    /// <summary>The columns of a letter; of one that there is not, those of a gap.</summary>
    public static ReadOnlySpan<byte> ColumnsOf(char letter) =>
        Known.GetValueOrDefault(char.ToUpper(letter, CultureInfo.InvariantCulture), Known[' ']);

    public static int WidthOf(string text, int size = 2) => text.Length * Advance * size;
}
