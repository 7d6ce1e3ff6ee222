using StockPipeline.Avro.Compatibility;
using StockPipeline.SchemaRegistryServer.Catalog;

namespace StockPipeline.SchemaRegistryServer.Rest;

/// <summary><c>/config</c> and <c>/mode</c>: settings for all subjects and for one.</summary>
internal sealed class SettingEndpoints(SchemaCatalog catalog, SchemaRegistrar registrar)
{
    public void Map(Routes routes)
    {
        routes.Get("/config", request => AnswerAsync(request, registrar.GlobalLevel));
        routes.Put("/config", request => PutLevelAsync(request, null));
        routes.Delete("/config", DeleteGlobalLevelAsync);
        routes.Get("/config/{subject}", GetLevelAsync);
        routes.Put("/config/{subject}", request => PutLevelAsync(request, request.Subject));
        routes.Delete("/config/{subject}", DeleteLevelAsync);
        routes.Get("/mode", request => AnswerAsync(request, registrar.GlobalMode));
        routes.Put("/mode", request => PutModeAsync(request, null));
        routes.Get("/mode/{subject}", GetModeAsync);
        routes.Put("/mode/{subject}", request => PutModeAsync(request, request.Subject));
        routes.Delete("/mode/{subject}", DeleteModeAsync);
    }

    private Task GetLevelAsync(RegistryRequest request)
    {
        var level = catalog.Level(request.Subject);
        if (level is null && !request.Flag("defaultToGlobal"))
            throw RegistryError.NoLevel(request.Subject);
        return AnswerAsync(request, level ?? registrar.GlobalLevel);
    }

    private async Task PutLevelAsync(RegistryRequest request, string? subject)
    {
        var setting = await request.ReadAsync(RestMessages.Wire.SettingRequest);
        if (!CompatibilityLevels.TryParse(setting.Compatibility, out var level))
            throw RegistryError.InvalidLevel();
        await registrar.SetLevelAsync(subject, level, request.Stop);
        await request.AnswerAsync(new SettingRequest { Compatibility = CompatibilityLevels.Text(level) }, RestMessages.Wire.SettingRequest);
    }

    private async Task DeleteGlobalLevelAsync(RegistryRequest request)
    {
        await registrar.SetLevelAsync(null, null, request.Stop);
        await AnswerAsync(request, registrar.GlobalLevel);
    }

    private async Task DeleteLevelAsync(RegistryRequest request)
    {
        var level = catalog.Level(request.Subject) ?? throw RegistryError.SubjectNotFound(request.Subject);
        await registrar.SetLevelAsync(request.Subject, null, request.Stop);
        await AnswerAsync(request, level);
    }

    private Task GetModeAsync(RegistryRequest request)
    {
        var mode = catalog.Mode(request.Subject);
        if (mode is null && !request.Flag("defaultToGlobal"))
            throw RegistryError.NoMode(request.Subject);
        return AnswerAsync(request, mode ?? registrar.GlobalMode);
    }

    private async Task PutModeAsync(RegistryRequest request, string? subject)
    {
        var setting = await request.ReadAsync(RestMessages.Wire.SettingRequest);
        var mode = LogFormat.ParseMode(setting.Mode) ?? throw RegistryError.InvalidMode();
        await registrar.SetModeAsync(subject, mode, request.Stop);
        await AnswerAsync(request, mode);
    }

    private async Task DeleteModeAsync(RegistryRequest request)
    {
        var mode = catalog.Mode(request.Subject) ?? throw RegistryError.SubjectNotFound(request.Subject);
        await registrar.SetModeAsync(request.Subject, null, request.Stop);
        await AnswerAsync(request, mode);
    }

    private static Task AnswerAsync(RegistryRequest request, CompatibilityLevel level) =>
        request.AnswerAsync(new LevelAnswer { CompatibilityLevel = CompatibilityLevels.Text(level) }, RestMessages.Wire.LevelAnswer);

    private static Task AnswerAsync(RegistryRequest request, RegistryMode mode) =>
        request.AnswerAsync(new SettingRequest { Mode = LogFormat.ModeText(mode) }, RestMessages.Wire.SettingRequest);
}
