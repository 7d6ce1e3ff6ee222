using System.Globalization;
using StockPipeline.Alerts;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Time;
using StockPipeline.Rates.Board;
using StockPipeline.TelegramService.Delivery;
using StockPipeline.TelegramService.Market;
using Telegram.Bot;
using Telegram.Bot.Types;
using Telegram.Bot.Types.Enums;
using Telegram.Bot.Types.ReplyMarkups;

namespace StockPipeline.TelegramService.Commands;

/// <summary>
/// Does what people ask for. The number of a rule is that of the message that asked for it: a message that comes a second time makes no second rule.
/// </summary>
internal sealed class CommandDesk(BotTables tables, MarketBook book, Outbox outbox, ChatList allowed, ITelegramBotClient bot)
{
    private static readonly TimeSpan UsualMute = TimeSpan.FromHours(8);

    private readonly MarketAnswers answers = new(book);

    /// <summary>Tells Telegram which commands there are, until it has heard.</summary>
    public async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        // Nobody's chat: it counts to the limit of all.
        await outbox.CallAsync(0, (_, _, token) => SetAsync(Texts.Of("en"), null, token), cancellationToken);
        await outbox.CallAsync(0, (_, _, token) => SetAsync(Texts.Of("ru"), "ru", token), cancellationToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }

    /// <summary>Handles one update.</summary>
    public async Task HandleAsync(Update update, CancellationToken cancellationToken)
    {
        if (update.Message is { Text: { } text } message && allowed.Holds(message.Chat.Id))
            await CommandAsync(message, text, cancellationToken);
        else if (update.CallbackQuery is { Data: { } data, Message: { } under } query && allowed.Holds(under.Chat.Id))
            await PressAsync(query, under, data, cancellationToken);
        else if (update.MyChatMember is { NewChatMember.Status: ChatMemberStatus.Kicked or ChatMemberStatus.Left } left
            && tables.Chat(left.Chat.Id) is { } chat)
            await tables.PutAsync(chat with { IsOpen = false }, cancellationToken);
    }

    private async Task CommandAsync(Message message, string text, CancellationToken cancellationToken)
    {
        var words = text.Split((char[])[' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words[0][0] != '/')
            return;
        var (command, rest) = (words[0][1..].Split('@')[0].ToLowerInvariant(), words[1..]);
        var chat = tables.Chat(message.Chat.Id);
        if (command == "start")
        {
            await StartAsync(message, chat, rest, cancellationToken);
            return;
        }
        var texts = Texts.Of(chat?.Language ?? message.From?.LanguageCode);
        if (chat is not { IsOpen: true })
        {
            Say(message.Chat.Id, command == "help" ? texts.Help : texts.NotStarted);
            return;
        }
        switch (command)
        {
            case "stop":
                await tables.PutAsync(chat with { IsOpen = false }, cancellationToken);
                Say(chat.ChatId, texts.Goodbye);
                break;
            case "language" when rest is [var language, ..]:
                await tables.PutAsync(chat with { Language = Texts.Of(language).IsRussian ? "ru" : "en" }, cancellationToken);
                Say(chat.ChatId, Texts.Of(language).Welcome);
                break;
            case "link" when rest is [var code, ..]:
                await LinkAsync(chat, texts, code, cancellationToken);
                break;
            case "mute":
                await MuteAsync(chat, texts, rest.FirstOrDefault(), cancellationToken);
                break;
            case "alert":
                await AlertAsync(chat, texts, message, rest, cancellationToken);
                break;
            case "alerts":
                Rules(chat, texts);
                break;
            case "coins":
                Say(chat.ChatId, texts.Coins, Buttons.OfCoins());
                break;
            default:
                Ask(chat, texts, command, rest);
                break;
        }
    }

    private async Task StartAsync(Message message, ChatState? known, string[] rest, CancellationToken cancellationToken)
    {
        var language = known?.Language ?? (Texts.Of(message.From?.LanguageCode).IsRussian ? "ru" : "en");
        var chat = known is { IsOpen: true } ? known : new ChatState
        {
            ChatId = message.Chat.Id, IsOpen = true, Language = language, Since = book.Now, Account = known?.Account, Coins = known?.Coins ?? "",
        };
        await tables.PutAsync(chat, cancellationToken);
        var texts = Texts.Of(language);
        if (rest is [var code, ..])
            await LinkAsync(chat, texts, code, cancellationToken);
        else
            Say(chat.ChatId, texts.Welcome);
    }

    private async Task LinkAsync(ChatState chat, Texts texts, string code, CancellationToken cancellationToken)
    {
        if (await tables.UseAsync(code, book.Now, cancellationToken) is { } account)
        {
            await tables.PutAsync(chat with { Account = account, Since = book.Now }, cancellationToken);
            Say(chat.ChatId, texts.Linked);
        }
        else
        {
            Say(chat.ChatId, texts.BadCode);
        }
    }

    private async Task MuteAsync(ChatState chat, Texts texts, string? word, CancellationToken cancellationToken)
    {
        if (word is "off" or "выкл" or "0")
        {
            await tables.PutAsync(chat with { MutedUntil = null }, cancellationToken);
            Say(chat.ChatId, texts.Unmuted);
            return;
        }
        var time = word is null ? UsualMute : AlertSentence.TryReadTime(word, out var read) ? read : TimeSpan.Zero;
        if (time <= TimeSpan.Zero)
        {
            Say(chat.ChatId, texts.NotUnderstood(word!));
            return;
        }
        var until = book.Now + time;
        await tables.PutAsync(chat with { MutedUntil = until }, cancellationToken);
        Say(chat.ChatId, texts.Muted(until));
    }

    private async Task AlertAsync(ChatState chat, Texts texts, Message message, string[] rest, CancellationToken cancellationToken)
    {
        if (rest.Length < 2)
        {
            Say(chat.ChatId, texts.AlertUsage);
            return;
        }
        if (book.Find(rest[0]) is not { } named)
        {
            Say(chat.ChatId, texts.Unknown(rest[0]));
            return;
        }
        if (book.RulesOf(chat.Owner).Count >= AlertLimits.MostRules)
        {
            Say(chat.ChatId, texts.TooMany);
            return;
        }
        AlertRule rule;
        var key = new AlertKey(chat.Owner, string.Create(CultureInfo.InvariantCulture, $"m{message.Id}"));
        try
        {
            rule = AlertSentence.Read(string.Join(' ', rest[1..]), named.Figi, named.Name, key, book.Now);
        }
        catch (FormatException unreadable)
        {
            Say(chat.ChatId, texts.NotUnderstood(unreadable.Message));
            return;
        }
        if (AlertLimits.Problem(rule, book.Indicators) is { } problem)
        {
            Say(chat.ChatId, texts.NotFollowed(problem));
            return;
        }
        await PutAsync(key, rule, cancellationToken);
        Say(chat.ChatId, texts.Added(rule), Buttons.OfRules(texts, [rule]));
    }

    private void Rules(ChatState chat, Texts texts)
    {
        var rules = book.RulesOf(OwnersOf(chat));
        if (rules.Count == 0)
            Say(chat.ChatId, texts.NoRules);
        else
            Say(chat.ChatId, Within(rules.Select((rule, number) => $"{number + 1}. {texts.Rule(rule)}")), Buttons.OfRules(texts, rules));
    }

    private async Task PressAsync(CallbackQuery query, Message under, string data, CancellationToken cancellationToken)
    {
        var chat = tables.Chat(under.Chat.Id);
        var texts = Texts.Of(chat?.Language ?? query.From.LanguageCode);
        var parts = data.Split(':');
        string? said = null;
        if (chat is not { IsOpen: true })
        {
            said = texts.NotStarted;
        }
        else if (parts is [Buttons.Delete, var id])
        {
            foreach (var rule in book.RulesOf(OwnersOf(chat)).Where(rule => rule.Id == id))
                await PutAsync(rule.Key, null, cancellationToken);
            said = texts.Removed;
        }
        else if (parts is [Buttons.Mute, var time])
        {
            await MuteAsync(chat, texts, time, cancellationToken);
        }
        else
        {
            Ask(chat, texts, parts[0], parts[1..]);
        }
        outbox.TryAdd(under.Chat.Id, async token => await outbox.CallAsync(0, async (client, _, inner) =>
        {
            await client.AnswerCallbackQuery(query.Id, said, cancellationToken: inner);
            return true;
        }, token));
    }

    private void Ask(ChatState chat, Texts texts, string command, string[] rest)
    {
        switch (command)
        {
            case "price" when rest is [var name, ..]:
                var named = book.Find(name);
                Say(
                    chat.ChatId, named is null ? texts.Unknown(name) : answers.Price(texts, named),
                    named is null ? null : Buttons.OfInstrument(named));
                break;
            case Buttons.Macd when rest is [var name, ..]:
                Say(chat.ChatId, OfSeries(texts, name, rest, answers.Macd));
                break;
            case Buttons.Chart when rest is [var name, ..]:
                Picture(chat, texts, name, IntervalOf(rest));
                break;
            case Buttons.Rate when rest is [var pair, ..]:
                Say(chat.ChatId, FollowedRate.TryReadPair(pair, out var read) ? answers.Rate(texts, read) : texts.Unknown(pair));
                break;
            case "convert" when rest is [var amount, var from, .., var to] && TryAmount(amount, out var number):
                Say(
                    chat.ChatId, FollowedRate.TryReadPair($"{from}-{to}", out var way) ? answers.Convert(texts, number, way)
                        : texts.Unknown($"{from}-{to}"));
                break;
            default:
                Say(chat.ChatId, texts.Help);
                break;
        }
    }

    private void Picture(ChatState chat, Texts texts, string name, Interval? interval)
    {
        if (book.Find(name) is not { } named || interval is null)
        {
            Say(chat.ChatId, texts.Unknown(interval is null ? "interval" : name));
            return;
        }
        if (answers.Chart(named, interval) is not { } picture)
        {
            Say(chat.ChatId, texts.NoData(named.Name));
            return;
        }
        outbox.TryAdd(chat.ChatId, token => outbox.CallAsync(chat.ChatId, async (client, _, inner) =>
        {
            using var stream = new MemoryStream(picture);
            return await client.SendPhoto(
                chat.ChatId, InputFile.FromStream(stream, "chart.png"), $"{named.Name}, {interval}", cancellationToken: inner);
        }, token));
    }

    private string OfSeries(Texts texts, string name, string[] rest, Func<Texts, Named, Interval, string> answer) =>
        book.Find(name) is not { } named ? texts.Unknown(name)
        : IntervalOf(rest) is { } interval ? answer(texts, named, interval) : texts.Unknown(rest[1]);

    private static Interval? IntervalOf(string[] rest) =>
        rest.Length < 2 ? Interval.OneHour : AlertSentence.TryReadInterval(rest[1], out var interval) ? interval : null;

    private static bool TryAmount(string text, out decimal amount) => decimal.TryParse(
        text.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount) && amount > 0 && amount < RateDecimal.Limit;

    private static string[] OwnersOf(ChatState chat) => chat.Account is { } account ? [chat.Owner, account] : [chat.Owner];

    /// <summary>As many lines as a message holds.</summary>
    private static string Within(IEnumerable<string> lines)
    {
        const int Most = 3_500;
        var text = new System.Text.StringBuilder();
        foreach (var line in lines.TakeWhile(line => text.Length + line.Length < Most))
            text.Append(line).Append('\n');
        return text.ToString();
    }

    private async Task PutAsync(AlertKey key, AlertRule? rule, CancellationToken cancellationToken)
    {
        await tables.PutAsync(key, rule, cancellationToken);
        book.Put(key, rule);
    }

    private void Say(long chat, string text, ReplyMarkup? buttons = null) => outbox.TryAdd(chat, token => outbox.CallAsync(
        chat, (client, _, inner) => client.SendMessage(chat, text, ParseMode.Html, replyMarkup: buttons, cancellationToken: inner), token));

    private async Task<bool> SetAsync(Texts texts, string? language, CancellationToken cancellationToken)
    {
        await bot.SetMyCommands(
            texts.Commands.Select(one => new BotCommand { Command = one.Command, Description = one.Description }), languageCode: language,
            cancellationToken: cancellationToken);
        return true;
    }
}
