using System.ComponentModel.DataAnnotations;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Options;
using StockPipeline.Storage.Postgres;

namespace StockPipeline.Gateway.People;

/// <summary>
/// Makes an account: <c>user add NAME</c>, the password on standard input, so that no list of processes and no history shows it; and
/// <c>user admin NAME</c>, which lets an account change what concerns everybody.
/// </summary>
internal static class UserCommand
{
    public static async Task<int> AddAsync(string name, TextReader input, TextWriter problems)
    {
        if (Database(out var problem) is not { } database)
            return await RefuseAsync(problems, problem);
        if (name.Length is 0 or > Gatekeeper.MaxName)
            return await RefuseAsync(problems, $"a name has 1 to {Gatekeeper.MaxName} letters");
        var password = await input.ReadLineAsync() ?? "";
        if (password.Length is < Gatekeeper.MinPassword or > Gatekeeper.MaxPassword)
        {
            return await RefuseAsync(
                problems, $"a password has {Gatekeeper.MinPassword} to {Gatekeeper.MaxPassword} letters; it is read from standard input");
        }
        await using var accounts = await PostgresAccounts.OpenAsync(database, CancellationToken.None);
        using var gatekeeper = new Gatekeeper(AuthMode.Password, accounts, TimeProvider.System);
        return await gatekeeper.AddAsync(name, password, CancellationToken.None) ? 0 : await RefuseAsync(problems, $"there is a '{name}' already");
    }

    public static async Task<int> MakeAdminAsync(string name, TextWriter problems)
    {
        if (Database(out var problem) is not { } database)
            return await RefuseAsync(problems, problem);
        await using var accounts = await PostgresAccounts.OpenAsync(database, CancellationToken.None);
        await accounts.SetAdminAsync(name, CancellationToken.None);
        return await accounts.IsAdminAsync(name, CancellationToken.None) ? 0 : await RefuseAsync(problems, $"there is no account '{name}'");
    }

    /// <summary>From the environment or the file that it names, as the gateway itself has it.</summary>
    private static Secret? Database(out string problem)
    {
        problem = $"DATABASE_URL is not understood; allowed: {DatabaseAddress.Allowed}";
        try
        {
            var options = OptionsReader.Read<AccountsOptions>(new ConfigurationBuilder().AddEnvironmentVariables().Build());
            return DatabaseAddress.TryParse(options.DatabaseUrl!.Reveal(), out var connection) ? new Secret(connection) : null;
        }
        catch (FormatException wrong)
        {
            problem = wrong.Message;
            return null;
        }
    }

    private static async Task<int> RefuseAsync(TextWriter problems, string sentence)
    {
        await problems.WriteLineAsync(sentence);
        return ExitCode.BadSettings;
    }
}

/// <summary>Where the accounts are, for the commands that change them.</summary>
internal sealed class AccountsOptions
{
    [ConfigurationKeyName("DATABASE_URL"), Required, Allowed(DatabaseAddress.Allowed)]
    public Secret? DatabaseUrl { get; set; }
}
