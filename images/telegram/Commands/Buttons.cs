using System.Text;
using StockPipeline.Contracts.Alerts;
using StockPipeline.TelegramService.Market;
using Telegram.Bot.Types.ReplyMarkups;

namespace StockPipeline.TelegramService.Commands;

/// <summary>The buttons under messages; each says with its data what to do.</summary>
internal static class Buttons
{
    public const string Delete = "del";
    public const string Mute = "mute";
    public const string Rate = "rate";
    public const string Chart = "chart";
    public const string Macd = "macd";

    private const int MostData = 64;
    private const int MostRules = 20;
    private const int CoinsInRow = 2;

    /// <summary>The coins that are asked for most, as CoinGecko calls them and as people do.</summary>
    public static readonly (string Id, string Name)[] Coins =
    [
        ("bitcoin", "Bitcoin"), ("ethereum", "Ethereum"), ("binancecoin", "BNB"), ("solana", "Solana"), ("ripple", "XRP"), ("dogecoin", "Dogecoin"),
        ("shiba-inu", "Shiba Inu"), ("pepe", "Pepe"), ("floki", "Floki"), ("bonk", "Bonk"),
    ];

    public static InlineKeyboardMarkup OfCoins() => new(Coins.Chunk(CoinsInRow).Select(
        row => row.Select(coin => InlineKeyboardButton.WithCallbackData(coin.Name, $"{Rate}:{coin.Id}-usd"))));

    public static InlineKeyboardMarkup? OfInstrument(Named named)
    {
        InlineKeyboardButton[] row =
        [
            .. Button("📈 1h", $"{Chart}:{named.Name}:1h"), .. Button("📈 1d", $"{Chart}:{named.Name}:1d"),
            .. Button("MACD 1h", $"{Macd}:{named.Name}:1h"),
        ];
        return row.Length == 0 ? null : new InlineKeyboardMarkup(row);
    }

    public static InlineKeyboardMarkup? OfRules(Texts texts, IReadOnlyList<AlertRule> rules)
    {
        var rows = rules.Take(MostRules).Select(rule => Button(texts.Delete(rule), $"{Delete}:{rule.Id}").ToArray())
            .Where(row => row.Length > 0).ToList();
        return rows.Count == 0 ? null : new InlineKeyboardMarkup(rows);
    }

    public static InlineKeyboardMarkup? OfEvent(Texts texts, AlertEvent one) => one.IsWithdrawn ? null : new InlineKeyboardMarkup(
        Button(texts.MuteHour, $"{Mute}:1h").Concat(Button(texts.DeleteRule, $"{Delete}:{one.RuleId}")).ToArray());

    private static IEnumerable<InlineKeyboardButton> Button(string text, string data)
    {
        if (Encoding.UTF8.GetByteCount(data) <= MostData)
            yield return InlineKeyboardButton.WithCallbackData(text, data);
    }
}
