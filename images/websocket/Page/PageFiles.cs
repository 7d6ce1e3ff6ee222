using Microsoft.AspNetCore.Http.HttpResults;

namespace StockPipeline.Websocket.Page;

/// <summary>The files of the page, out of the assembly; the chart and what it needs are those of the gateway's page.</summary>
internal static class PageFiles
{
    private static readonly (string Path, string Name, string Type)[] Files =
    [
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/page.css", "page.css", "text/css; charset=utf-8"),
        ("/page.js", "page.js", "text/javascript; charset=utf-8"),
        ("/js/plot.js", "plot.js", "text/javascript; charset=utf-8"),
        ("/js/dom.js", "dom.js", "text/javascript; charset=utf-8"),
        ("/js/shades.js", "shades.js", "text/javascript; charset=utf-8"),
        ("/js/cloud.js", "cloud.js", "text/javascript; charset=utf-8"),
        ("/vendor/lightweight-charts.standalone.production.mjs", "lightweight-charts.standalone.production.mjs",
            "text/javascript; charset=utf-8"),
        ("/vendor/LICENSE.txt", "LICENSE.txt", "text/plain; charset=utf-8"),
        ("/vendor/NOTICE.txt", "NOTICE.txt", "text/plain; charset=utf-8"),
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (path, name, type) in Files)
        {
            var bytes = Read(name);
            FileContentHttpResult Serve(HttpContext context)
            {
                context.Response.Headers.CacheControl = "no-cache";
                context.Response.Headers.ContentSecurityPolicy =
                    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:";
                context.Response.Headers.XContentTypeOptions = "nosniff";
                return TypedResults.File(bytes, type);
            }
            routes.MapGet(path, Serve);
        }
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(PageFiles).Assembly.GetManifestResourceStream($"Page/{name}")
            ?? throw new InvalidOperationException($"The page's {name} is missing from the assembly.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
