using System.Diagnostics.CodeAnalysis;

namespace StockPipeline.Websocket.Feeds;

/// <summary>What a port offers to websocket clients.</summary>
public interface IFeeds
{
    /// <summary>The feed of a path; nothing when there is none.</summary>
    bool TryFind(string path, [NotNullWhen(true)] out Feed? feed);

    /// <summary>Why nobody can be let in at the moment, in a sentence; nothing when everybody can.</summary>
    string? NotReady { get; }
}
