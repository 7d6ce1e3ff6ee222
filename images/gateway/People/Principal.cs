namespace StockPipeline.Gateway.People;

/// <summary>Who asks.</summary>
/// <param name="Name">The account's; nothing where there are none.</param>
/// <param name="Session">What ends with the session; nothing for programs and where there are no accounts.</param>
/// <param name="IsProgram">Came with a token of its own and not with a browser's cookie.</param>
internal sealed record Principal(string? Name, string? Session, bool IsProgram)
{
    public static readonly Principal Anybody = new(null, null, false);
}
