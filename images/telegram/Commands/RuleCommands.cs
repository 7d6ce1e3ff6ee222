using System.Globalization;
using System.Text;
using StockPipeline.Alerts;
using StockPipeline.Contracts.Alerts;
using StockPipeline.TelegramService.Delivery;
using StockPipeline.TelegramService.Market;
using Telegram.Bot.Types;

namespace StockPipeline.TelegramService.Commands;

/// <summary>
/// Makes, lists and deletes rules of a chat. The number of a rule is that of the message that asked for it: a message that comes a second time makes
/// no second rule.
/// </summary>
internal sealed class RuleCommands(BotTables tables, MarketBook book, Replies replies)
{
    /// <summary>Letters of a list of rules; Telegram takes 4,096.</summary>
    private const int MostLetters = 3_500;

    public async Task AddAsync(ChatState chat, Texts texts, Message message, string[] rest, CancellationToken cancellationToken)
    {
        if (rest.Length < 2)
        {
            replies.Say(chat.ChatId, texts.AlertUsage);
            return;
        }
        if (book.Find(rest[0]) is not { } named)
        {
            replies.Say(chat.ChatId, texts.Unknown(rest[0]));
            return;
        }
        if (book.RulesOf(chat.Owner).Count >= AlertLimits.MostRules)
        {
            replies.Say(chat.ChatId, texts.TooMany);
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
            replies.Say(chat.ChatId, texts.NotUnderstood(unreadable.Message));
            return;
        }
        if (AlertLimits.Problem(rule, book.Indicators) is { } problem)
        {
            replies.Say(chat.ChatId, texts.NotFollowed(problem));
            return;
        }
        await PutAsync(key, rule, cancellationToken);
        replies.Say(chat.ChatId, texts.Added(rule), Buttons.OfRules(texts, [rule]));
    }

    public void List(ChatState chat, Texts texts)
    {
        var rules = book.RulesOf(OwnersOf(chat));
        if (rules.Count == 0)
            replies.Say(chat.ChatId, texts.NoRules);
        else
            replies.Say(chat.ChatId, Within(rules.Select((rule, number) => $"{number + 1}. {texts.Rule(rule)}")), Buttons.OfRules(texts, rules));
    }

    /// <summary>Ends the rule with that number, whether it is the chat's own or one of the account that the chat is linked to.</summary>
    public async Task DeleteAsync(ChatState chat, string id, CancellationToken cancellationToken)
    {
        foreach (var rule in book.RulesOf(OwnersOf(chat)).Where(rule => rule.Id == id))
            await PutAsync(rule.Key, null, cancellationToken);
    }

    private static string[] OwnersOf(ChatState chat) => chat.Account is { } account ? [chat.Owner, account] : [chat.Owner];

    /// <summary>As many lines as a message holds.</summary>
    private static string Within(IEnumerable<string> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines.TakeWhile(line => text.Length + line.Length < MostLetters))
            text.Append(line).Append('\n');
        return text.ToString();
    }

    private async Task PutAsync(AlertKey key, AlertRule? rule, CancellationToken cancellationToken)
    {
        await tables.PutAsync(key, rule, cancellationToken);
        book.Put(key, rule);
    }
}
