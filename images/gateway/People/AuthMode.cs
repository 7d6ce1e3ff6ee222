namespace StockPipeline.Gateway.People;

/// <summary>Who is let in.</summary>
internal enum AuthMode
{
    /// <summary>Everybody on this machine; only where nobody else reaches the port.</summary>
    Off = 0,

    /// <summary>Who has an account.</summary>
    Password = 1,

    /// <summary>Everybody who reaches the port: for a container whose port is published on the machine's loopback alone.</summary>
    Trusted = 2,
}
