using System.Globalization;
using StockPipeline.Alerts;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Time;
using StockPipeline.Rates.Board;
using StockPipeline.TelegramService.Market;

namespace StockPipeline.TelegramService.Commands;

/// <summary>Answers what is asked about prices, indicators and rates, by command or by button.</summary>
internal sealed class MarketCommands(MarketBook book, Replies replies)
{
    private readonly MarketAnswers answers = new(book);

    public void Answer(ChatState chat, Texts texts, string command, string[] rest)
    {
        switch (command)
        {
            case "price" when rest is [var name, ..]:
                var named = book.Find(name);
                replies.Say(
                    chat.ChatId, named is null ? texts.Unknown(name) : answers.Price(texts, named),
                    named is null ? null : Buttons.OfInstrument(named));
                break;
            case Buttons.Macd when rest is [var name, ..]:
                replies.Say(chat.ChatId, OfSeries(texts, name, rest, answers.Macd));
                break;
            case Buttons.Chart when rest is [var name, ..]:
                Picture(chat, texts, name, rest);
                break;
            case Buttons.Rate when rest is [var pair, ..]:
                replies.Say(chat.ChatId, FollowedRate.TryReadPair(pair, out var read) ? answers.Rate(texts, read) : texts.Unknown(pair));
                break;
            case "convert" when rest is [var amount, var from, .., var to] && TryAmount(amount, out var number):
                replies.Say(
                    chat.ChatId, FollowedRate.TryReadPair($"{from}-{to}", out var way) ? answers.Convert(texts, number, way)
                        : texts.Unknown($"{from}-{to}"));
                break;
            default:
                replies.Say(chat.ChatId, texts.Help);
                break;
        }
    }

    private void Picture(ChatState chat, Texts texts, string name, string[] rest)
    {
        if (book.Find(name) is not { } named)
            replies.Say(chat.ChatId, texts.Unknown(name));
        else if (IntervalOf(rest) is not { } interval)
            replies.Say(chat.ChatId, texts.Unknown(rest[1]));
        else if (answers.Chart(named, interval) is not { } picture)
            replies.Say(chat.ChatId, texts.NoData(named.Name));
        else
            replies.Show(chat.ChatId, picture, $"{named.Name}, {interval}");
    }

    private string OfSeries(Texts texts, string name, string[] rest, Func<Texts, Named, Interval, string> answer) =>
        book.Find(name) is not { } named ? texts.Unknown(name)
        : IntervalOf(rest) is { } interval ? answer(texts, named, interval) : texts.Unknown(rest[1]);

    private static Interval? IntervalOf(string[] rest) =>
        rest.Length < 2 ? Interval.OneHour : AlertSentence.TryReadInterval(rest[1], out var interval) ? interval : null;

    private static bool TryAmount(string text, out decimal amount) => decimal.TryParse(
        text.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount) && amount > 0 && amount < RateDecimal.Limit;
}
