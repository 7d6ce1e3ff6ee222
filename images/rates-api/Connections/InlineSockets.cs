namespace StockPipeline.RatesApi.Connections;

/// <summary>
/// Lets the threads that wait for sockets go on with what has come, instead of waking others for it. Nothing that runs there may block: only a
/// process that is nothing but this API asks for it.
/// </summary>
internal static class InlineSockets
{
    /// <summary>The runtime reads it once, when the first socket is opened.</summary>
    public const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Asks for it, unless whoever started the process has said what is to be.</summary>
    public static void Prefer()
    {
#pragma warning disable RS0030 // It is no setting of ours: the runtime takes it from nowhere else.
        if (Environment.GetEnvironmentVariable(Variable) is null)
#pragma warning restore RS0030
            Environment.SetEnvironmentVariable(Variable, "1");
    }
}
