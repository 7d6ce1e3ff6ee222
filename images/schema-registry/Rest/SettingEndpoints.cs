using StockPipeline.Avro.Compatibility;
using StockPipeline.SchemaRegistryServer.Catalog;

namespace StockPipeline.SchemaRegistryServer.Rest;

/// <summary><c>/config</c> and <c>/mode</c>: settings for all subjects and for one.</summary>
internal sealed class SettingEndpoints(SchemaCatalog catalog, SchemaRegistrar registrar)
{
    public void Map(WebApplication web)
    {
        web.MapGet("/config", context => AnswerAsync(context, registrar.GlobalLevel));
        web.MapPut("/config", context => PutLevelAsync(context, null));
        web.MapDelete("/config", DeleteGlobalLevelAsync);
        web.MapGet("/config/{subject}", GetLevelAsync);
        web.MapPut("/config/{subject}", context => PutLevelAsync(context, new Exchange(context).Subject));
        web.MapDelete("/config/{subject}", DeleteLevelAsync);
        web.MapGet("/mode", context => AnswerAsync(context, registrar.GlobalMode));
        web.MapPut("/mode", context => PutModeAsync(context, null));
        web.MapGet("/mode/{subject}", GetModeAsync);
        web.MapPut("/mode/{subject}", context => PutModeAsync(context, new Exchange(context).Subject));
        web.MapDelete("/mode/{subject}", DeleteModeAsync);
    }

    private Task GetLevelAsync(HttpContext context)
    {
        var exchange = new Exchange(context);
        var level = catalog.Level(exchange.Subject);
        if (level is null && !exchange.Flag("defaultToGlobal"))
            throw RegistryError.NoLevel(exchange.Subject);
        return AnswerAsync(context, level ?? registrar.GlobalLevel);
    }

    private async Task PutLevelAsync(HttpContext context, string? subject)
    {
        var exchange = new Exchange(context);
        var request = await exchange.ReadAsync(RestMessages.Wire.SettingRequest);
        if (!CompatibilityLevels.TryParse(request.Compatibility, out var level))
            throw RegistryError.InvalidLevel();
        await registrar.SetLevelAsync(subject, level, exchange.Stop);
        await exchange.AnswerAsync(new SettingRequest { Compatibility = CompatibilityLevels.Text(level) }, RestMessages.Wire.SettingRequest);
    }

    private async Task DeleteGlobalLevelAsync(HttpContext context)
    {
        await registrar.SetLevelAsync(null, null, context.RequestAborted);
        await AnswerAsync(context, registrar.GlobalLevel);
    }

    private async Task DeleteLevelAsync(HttpContext context)
    {
        var exchange = new Exchange(context);
        var level = catalog.Level(exchange.Subject) ?? throw RegistryError.SubjectNotFound(exchange.Subject);
        await registrar.SetLevelAsync(exchange.Subject, null, exchange.Stop);
        await AnswerAsync(context, level);
    }

    private Task GetModeAsync(HttpContext context)
    {
        var exchange = new Exchange(context);
        var mode = catalog.Mode(exchange.Subject);
        if (mode is null && !exchange.Flag("defaultToGlobal"))
            throw RegistryError.NoMode(exchange.Subject);
        return AnswerAsync(context, mode ?? registrar.GlobalMode);
    }

    private async Task PutModeAsync(HttpContext context, string? subject)
    {
        var exchange = new Exchange(context);
        var request = await exchange.ReadAsync(RestMessages.Wire.SettingRequest);
        var mode = LogFormat.ParseMode(request.Mode) ?? throw RegistryError.InvalidMode();
        await registrar.SetModeAsync(subject, mode, exchange.Stop);
        await AnswerAsync(context, mode);
    }

    private async Task DeleteModeAsync(HttpContext context)
    {
        var exchange = new Exchange(context);
        var mode = catalog.Mode(exchange.Subject) ?? throw RegistryError.SubjectNotFound(exchange.Subject);
        await registrar.SetModeAsync(exchange.Subject, null, exchange.Stop);
        await AnswerAsync(context, mode);
    }

    private static Task AnswerAsync(HttpContext context, CompatibilityLevel level) =>
        new Exchange(context).AnswerAsync(new LevelAnswer { CompatibilityLevel = CompatibilityLevels.Text(level) }, RestMessages.Wire.LevelAnswer);

    private static Task AnswerAsync(HttpContext context, RegistryMode mode) =>
        new Exchange(context).AnswerAsync(new SettingRequest { Mode = LogFormat.ModeText(mode) }, RestMessages.Wire.SettingRequest);
}
