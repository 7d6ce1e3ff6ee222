using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;

namespace StockPipeline.Hosting.Pages;

/// <summary>Serves the files of a page out of an assembly: no folder to find, no host to ask.</summary>
public static class EmbeddedPage
{
    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8", [".css"] = "text/css; charset=utf-8", [".js"] = "text/javascript; charset=utf-8",
        [".mjs"] = "text/javascript; charset=utf-8", [".json"] = "application/json; charset=utf-8",
        [".svg"] = "image/svg+xml", [".txt"] = "text/plain; charset=utf-8", [""] = "text/plain; charset=utf-8",
    };

    /// <param name="routes">Where the files are served; <c>index.html</c> at <c>/</c>.</param>
    /// <param name="assembly">Whose resources they are.</param>
    /// <param name="folder">What the names of the page's resources begin with, such as <c>wwwroot/</c>.</param>
    /// <param name="policy">What the page may load and who may show it, as Content-Security-Policy.</param>
    /// <exception cref="InvalidOperationException">The assembly holds no such page.</exception>
    public static void Map(IEndpointRouteBuilder routes, Assembly assembly, string folder, string policy)
    {
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith(folder, StringComparison.Ordinal)).ToList();
        if (!names.Contains(folder + "index.html"))
            throw new InvalidOperationException($"The assembly {assembly.GetName().Name} holds no {folder}index.html.");
        foreach (var name in names)
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var path = "/" + name[folder.Length..].Replace('\\', '/');
            Map(routes, path == "/index.html" ? "/" : path, bytes, policy);
        }
    }

    private static void Map(IEndpointRouteBuilder routes, string path, byte[] bytes, string policy)
    {
        var type = Types.GetValueOrDefault(path == "/" ? ".html" : Path.GetExtension(path), "application/octet-stream");
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"";
        routes.MapGet(path, (RequestDelegate)(http =>
        {
            var headers = http.Response.Headers;
            (headers.ETag, headers.CacheControl, headers.ContentSecurityPolicy) = (tag, "no-cache", policy);
            (headers.XContentTypeOptions, headers["Referrer-Policy"]) = ("nosniff", "same-origin");
            if (StringValues.Equals(http.Request.Headers.IfNoneMatch, tag))
            {
                http.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
            http.Response.ContentType = type;
            http.Response.ContentLength = bytes.Length;
            return http.Response.Body.WriteAsync(bytes, http.RequestAborted).AsTask();
        })).ExcludeFromDescription();
    }
}
