using System.Globalization;
using System.Net;
using StockPipeline.Alerts;
using StockPipeline.Contracts.Alerts;

namespace StockPipeline.TelegramService.Commands;

/// <summary>Everything the bot says, in one language. HTML, as Telegram reads it.</summary>
internal sealed class Texts
{
    private static readonly Texts Russian = new(isRussian: true);
    private static readonly Texts English = new(isRussian: false);

    private readonly bool isRussian;

    private Texts(bool isRussian) => this.isRussian = isRussian;

    public bool IsRussian => isRussian;

    /// <summary>How Telegram calls the language.</summary>
    public string Code => isRussian ? "ru" : "en";

    public string Welcome => T(
        "Я слежу за акциями и курсами и пишу, когда случается то, о чём вы просили. /help — что я умею.",
        "I watch shares and rates, and write when what you asked for happens. /help says what I can do.");

    public string Goodbye => T("Больше не пишу. /start — начать снова.", "I write no more. /start begins again.");

    public string Linked => T("Чат связан с вашей учётной записью.", "This chat is linked to your account.");

    public string BadCode => T("Такого кода нет, или он устарел: возьмите новый на странице.",
        "There is no such code, or it is too old: take a new one from the page.");

    public string NotStarted => T("Сначала /start.", "Please /start first.");

    public string Coins => T("Какая монета?", "Which coin?");

    public string NoRules => T(
        "Правил нет. Пример: <code>/alert SBER &gt; 300</code>", "There are no rules. For example: <code>/alert SBER &gt; 300</code>");

    public string TooMany => T($"Больше {AlertLimits.MostRules} правил нельзя.", $"There can be no more than {AlertLimits.MostRules} rules.");

    public string Removed => T("Удалено.", "Deleted.");

    public string Unmuted => T("Снова пишу.", "I write again.");

    public string Failed => T("Не получилось.", "That did not work.");

    public string AlertUsage => T(
        "Так: <code>/alert SBER &gt; 300</code>, <code>/alert SBER -3% 1h</code>, <code>/alert SBER macd up 1h</code>, "
        + "<code>/alert bitcoin-usd &lt; 60000 repeat</code>. Всё: /help",
        "Like this: <code>/alert SBER &gt; 300</code>, <code>/alert SBER -3% 1h</code>, <code>/alert SBER macd up 1h</code>, "
        + "<code>/alert bitcoin-usd &lt; 60000 repeat</code>. All of it: /help");

    public string Help => T(
        """
        /price SBER — цена
        /macd SBER 1h — MACD
        /chart SBER 1h — картинка
        /rate bitcoin-usd — курс
        /convert 2 bitcoin rub — пересчитать
        /coins — десять монет
        /alert SBER &gt; 300 — написать, когда цена станет выше
        /alert SBER -3% 1h — когда упадёт на 3 % за час
        /alert SBER rsi &lt; 30 1h — когда индикатор пройдёт уровень
        /alert SBER macd up 1h — когда MACD пересечёт сигнальную линию
        /alert SBER closed 1d, /alert SBER stale 10m
        В конце можно: repeat, cooldown 30m, margin 0.5%, until 2027-01-31, now
        /alerts — мои правила
        /mute 8h, /mute off — помолчать
        /link КОД — связать с учётной записью
        /language en, /stop
        """,
        """
        /price SBER — the price
        /macd SBER 1h — MACD
        /chart SBER 1h — a picture
        /rate bitcoin-usd — a rate
        /convert 2 bitcoin rub — converts
        /coins — ten coins
        /alert SBER &gt; 300 — tells when the price goes above
        /alert SBER -3% 1h — when it falls by 3 % within an hour
        /alert SBER rsi &lt; 30 1h — when an indicator passes a level
        /alert SBER macd up 1h — when MACD crosses its signal line
        /alert SBER closed 1d, /alert SBER stale 10m
        At the end may stand: repeat, cooldown 30m, margin 0.5%, until 2027-01-31, now
        /alerts — my rules
        /mute 8h, /mute off — be quiet
        /link CODE — link to an account
        /language ru, /stop
        """);

    public (string Command, string Description)[] Commands =>
    [
        ("price", T("Цена акции или монеты", "Price of a share or coin")), ("chart", T("Картинка со свечами", "A picture of candles")),
        ("macd", T("MACD", "MACD")), ("rate", T("Курс", "A rate")), ("convert", T("Пересчитать", "Convert")), ("coins", T("Монеты", "Coins")),
        ("alert", T("Новое правило", "A new rule")), ("alerts", T("Мои правила", "My rules")), ("mute", T("Помолчать", "Be quiet")),
        ("help", T("Что я умею", "What I can do")), ("stop", T("Больше не писать", "Write no more")),
    ];

    public static Texts Of(string? language) => language?.StartsWith("ru", StringComparison.OrdinalIgnoreCase) == true ? Russian : English;

    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    public string Unknown(string name) => T($"Не знаю, что такое «{Escape(name)}».", $"I do not know '{Escape(name)}'.");

    public string NotUnderstood(string word) => T($"Не понимаю «{Escape(word)}». ", $"I do not understand '{Escape(word)}'. ") + AlertUsage;

    public string NotFollowed(string problem) => T($"Так нельзя: {Escape(problem)}", $"That cannot be: {Escape(problem)}");

    public string Muted(DateTimeOffset until) => T($"Молчу до {Moment(until)}.", $"I am quiet until {Moment(until)}.");

    public string NoData(string name) => T($"По {Escape(name)} пока нет данных.", $"There is no data on {Escape(name)} yet.");

    public string Added(AlertRule rule) => T("Напишу: ", "I will tell: ") + Rule(rule);

    public string Rule(AlertRule rule)
    {
        var how = AlertText.HowOf(rule, isRussian);
        return $"<b>{Escape(AlertText.Of(rule.Condition, isRussian))}</b>{(how.Length == 0 ? "" : $" ({Escape(how)})")}";
    }

    public string Price(string name, string value, string currency, string? change, DateTimeOffset at, TimeSpan age, bool isOld)
    {
        var old = isOld ? T(" ⚠️ устарела", " ⚠️ stale") : "";
        return $"<b>{Escape(name)}</b> {value} {Escape(currency.ToUpperInvariant())}{(change is null ? "" : $" ({change})")}\n"
            + T($"{Moment(at)}, {Age(age)} назад{old}", $"{Moment(at)}, {Age(age)} ago{old}");
    }

    public string Course(string pair, string value, string source, DateTimeOffset at, TimeSpan age, bool isFresh, string path)
    {
        var old = isFresh ? "" : T(" ⚠️ устарел", " ⚠️ stale");
        return $"<b>{Escape(pair)}</b> {value}\n{Escape(source)}{(path.Length == 0 ? "" : $" ({Escape(path)})")}, "
            + T($"{Moment(at)}, {Age(age)} назад{old}", $"{Moment(at)}, {Age(age)} ago{old}");
    }

    public string NoCourse(string pair, DateTimeOffset? since) => since is { } at
        ? T($"Курса {Escape(pair)} нет с {Moment(at)}.", $"There has been no rate of {Escape(pair)} since {Moment(at)}.")
        : Unknown(pair);

    /// <summary>What happened, or did not after all.</summary>
    public string Event(AlertEvent one, bool isAgain)
    {
        var condition = Escape(AlertText.Of(one.Condition, isRussian));
        var value = one.Condition.Kind switch
        {
            AlertKind.Stale => AlertText.Time(TimeSpan.FromSeconds(Math.Floor(one.Value))),
            AlertKind.Rises or AlertKind.Falls or AlertKind.Moves => AlertText.Number(one.Value) + (one.Condition.IsPercent ? "%" : ""),
            _ => AlertText.Number(one.Value),
        };
        var at = Moment(one.OpenTime);
        var text = one.IsWithdrawn
            ? $"<s>🔔 {condition}</s>\n" + T($"Отменено: данные за {at} исправлены.", $"Withdrawn: the data of {at} was corrected.")
            : $"🔔 <b>{condition}</b>\n{value} — {T("свеча", "candle of")} {at}";
        if (one is { IsLate: true, IsWithdrawn: false })
            text += "\n" + T("Стало известно позже.", "It became known later.");
        return isAgain ? text + "\n" + T("⟳ Возможно, это уже приходило.", "⟳ You may have this already.") : text;
    }

    public string Delete(AlertRule rule) => "🗑 " + AlertText.Of(rule.Condition, isRussian);

    public string MuteHour => T("🔕 на час", "🔕 for an hour");

    public string DeleteRule => T("🗑 правило", "🗑 rule");

    private static string Moment(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    private static string Age(TimeSpan age) => AlertText.Time(TimeSpan.FromSeconds(Math.Max(0, Math.Floor(
        age.TotalHours >= 2 ? Math.Floor(age.TotalHours) * 3600 : age.TotalMinutes >= 2 ? Math.Floor(age.TotalMinutes) * 60 : age.TotalSeconds))));

    private string T(string russian, string english) => isRussian ? russian : english;
}
