namespace StockPipeline.Gateway.People;

/// <summary>Accounts, sessions, tokens and watchlists. What is secret is kept as a hash alone.</summary>
internal interface IAccounts
{
    /// <summary>The hash of a name's password; nothing for an unknown name.</summary>
    Task<string?> HashOfAsync(string name, CancellationToken cancellationToken);

    /// <returns>False where the name is taken.</returns>
    Task<bool> AddAsync(string name, string hash, CancellationToken cancellationToken);

    /// <summary>Whether the account may change what concerns everybody; false for an unknown name.</summary>
    Task<bool> IsAdminAsync(string name, CancellationToken cancellationToken);

    Task SetAdminAsync(string name, CancellationToken cancellationToken);

    Task RehashAsync(string name, string hash, CancellationToken cancellationToken);

    Task OpenAsync(byte[] sessionHash, string name, DateTimeOffset expires, CancellationToken cancellationToken);

    Task<string?> UserOfSessionAsync(byte[] sessionHash, DateTimeOffset now, CancellationToken cancellationToken);

    Task CloseAsync(byte[] sessionHash, CancellationToken cancellationToken);

    Task AddTokenAsync(byte[] tokenHash, string name, string label, CancellationToken cancellationToken);

    Task<string?> UserOfTokenAsync(byte[] tokenHash, CancellationToken cancellationToken);

    Task<int> RemoveTokensAsync(string name, string label, CancellationToken cancellationToken);

    Task<IReadOnlyList<Watchlist>> WatchlistsAsync(string name, CancellationToken cancellationToken);

    /// <returns>The new version; nothing where another one than expected is there.</returns>
    Task<long?> SaveWatchlistAsync(string name, string list, IReadOnlyList<string> figis, long? expected, CancellationToken cancellationToken);

    Task<bool> RemoveWatchlistAsync(string name, string list, CancellationToken cancellationToken);
}
