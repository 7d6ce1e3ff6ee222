using System.Security.Cryptography;

namespace StockPipeline.Gateway.Page;

/// <summary>The files of the page, out of the assembly: no folder to find, no host to ask.</summary>
internal static class PageFiles
{
    private const string Folder = "wwwroot/";

    private const string Policy = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; "
        + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'";

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8", [".css"] = "text/css; charset=utf-8", [".js"] = "text/javascript; charset=utf-8",
        [".mjs"] = "text/javascript; charset=utf-8", [".json"] = "application/json; charset=utf-8",
        [".svg"] = "image/svg+xml", [".txt"] = "text/plain; charset=utf-8", [""] = "text/plain; charset=utf-8",
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var assembly = typeof(PageFiles).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var path = "/" + name[Folder.Length..].Replace('\\', '/');
            Map(routes, path == "/index.html" ? "/" : path, bytes, Types.GetValueOrDefault(Path.GetExtension(path), "application/octet-stream"));
        }
    }

    private static void Map(IEndpointRouteBuilder routes, string path, byte[] bytes, string type)
    {
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"";
        routes.MapGet(path, (RequestDelegate)(http =>
        {
            var headers = http.Response.Headers;
            (headers.ETag, headers.CacheControl, headers.ContentSecurityPolicy) = (tag, "no-cache", Policy);
            (headers.XContentTypeOptions, headers["Referrer-Policy"]) = ("nosniff", "same-origin");
            if (http.Request.Headers.IfNoneMatch == tag)
            {
                http.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
            http.Response.ContentType = type;
            http.Response.ContentLength = bytes.Length;
            return http.Response.Body.WriteAsync(bytes).AsTask();
        })).ExcludeFromDescription();
    }
}
