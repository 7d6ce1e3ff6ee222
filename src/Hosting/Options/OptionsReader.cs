using StockPipeline.Hosting.Services;

namespace StockPipeline.Hosting.Options;

/// <summary>Reads options where there is no service yet that they would be injected into.</summary>
public static class OptionsReader
{
    /// <summary>Reads what decides which services a process has; problems end the start with those of the services.</summary>
    public static TOptions ReadOptions<TOptions>(this IHostApplicationBuilder builder) where TOptions : class, new()
    {
        var (options, binder) = (new TOptions(), new SettingsBinder(builder.Configuration));
        binder.Bind(options);
        foreach (var problem in binder.Problems)
            builder.Refuse(problem);
        return options;
    }

    /// <summary>Reads the options of a program that is no service.</summary>
    /// <exception cref="FormatException">A line for each problem.</exception>
    public static TOptions Read<TOptions>(IConfiguration configuration) where TOptions : class, new()
    {
        var (options, binder) = (new TOptions(), new SettingsBinder(configuration));
        binder.Bind(options);
        return binder.Problems.Count == 0 ? options : throw new FormatException(string.Join(Environment.NewLine, binder.Problems));
    }
}
