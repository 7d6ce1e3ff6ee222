using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Records;
using StockPipeline.Market.Api;
using StockPipeline.Market.Errors;
using StockPipeline.Market.Grpc;
using StockPipeline.Market.Limits;

namespace StockPipeline.Market.History;

/// <summary>
/// The archive of one-minute candles, a year of one instrument at a time: the quickest way to a long history. Lacks the current day. Has no
/// source column, so rows of the broker's own trading outside exchange hours are among them.
/// </summary>
public sealed class MinuteArchive(InvestApiClient api, ILogger<MinuteArchive> log) : IDisposable
{
    public const int FirstYear = 2017;

    /// <summary>A year of a busy share is some megabytes.</summary>
    public const long MaxFileBytes = 256L * 1024 * 1024;

    public const int MaxDays = 400;

    /// <summary>A day unpacked is some hundred kilobytes; the limit is against a file made to burst.</summary>
    public const long MaxDayBytes = 8L * 1024 * 1024;

    private const int MaxRedirects = 5;

    private const int MaxWaits = 10;

    private static readonly TimeSpan WaitUntold = TimeSpan.FromMinutes(1);

    private readonly ArchiveConnection connection = new(api.Options, MaxRedirects);

    /// <summary>The days of the year that have candles, ascending; nothing when the archive knows none.</summary>
    /// <exception cref="InvestApiException">The archive has refused.</exception>
    /// <exception cref="InvalidDataException">What it sent is not what it should be.</exception>
    public async IAsyncEnumerable<ArchiveDay> ReadYearAsync(Instrument instrument, int year, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var file = NewTemporaryFile();
        if (!await DownloadAsync(instrument, year, file, stop))
            yield break;
        file.Position = 0;
        await using var zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, stop);
        if (zip.Entries.Count > MaxDays)
            throw new InvalidDataException($"The archive of {instrument.Ticker} {year} has {zip.Entries.Count} files, more than a year has days.");
        foreach (var entry in zip.Entries.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            stop.ThrowIfCancellationRequested();
            if (!ArchiveCsv.TryReadDate(entry.Name, out var date))
                throw new InvalidDataException($"'{entry.Name}' in the archive of {instrument.Ticker} {year} is no file of a day.");
            if (entry.Length > MaxDayBytes)
                throw new InvalidDataException($"'{entry.Name}' in the archive of {instrument.Ticker} {year} is larger than {MaxDayBytes} bytes.");
            using var text = new StreamReader(await entry.OpenAsync(stop));
            yield return new ArchiveDay(date, ArchiveCsv.Read(text, entry.Name, instrument.Figi, CandleSource.History));
        }
    }

    public void Dispose() => connection.Dispose();

    private static FileStream NewTemporaryFile() => new(
        Path.Combine(Path.GetTempPath(), $"stockpipeline-{Path.GetRandomFileName()}"),
        FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 64 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);

    /// <summary>False when there is nothing for that year.</summary>
    private async Task<bool> DownloadAsync(Instrument instrument, int year, FileStream file, CancellationToken stop)
    {
        var backoff = new Backoff(api.Options.Retry, api.Options.NetworkClock);
        var waits = 0;
        while (true)
        {
            await api.Quota.TakeAsync(RequestGroup.Archive, stop);
            string reason;
            try
            {
                using var response = await connection.GetAsync(PathOf(instrument, year), stop);
                switch (response.StatusCode)
                {
                    case HttpStatusCode.OK:
                        file.SetLength(0);
                        await CopyAsync(await response.Content.ReadAsStreamAsync(stop), file, stop);
                        return true;
                    case HttpStatusCode.NotFound:
                        return false;
                    case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                        throw new InvestApiException(new GrpcStatus(
                            GrpcStatusCode.Unauthenticated, $"the archive answers {(int)response.StatusCode}"));
                    case HttpStatusCode.TooManyRequests when ++waits <= MaxWaits:
                        var wait = response.Headers.RetryAfter?.Delta ?? WaitUntold;
                        Log.ArchiveWaits(log, instrument.Figi.Value, year, wait);
                        await Task.Delay(wait, api.Options.NetworkClock, stop);
                        continue;
                    default:
                        reason = response.StatusCode == HttpStatusCode.InternalServerError
                            ? "the archive answers 500, as it also does to a token it does not accept"
                            : $"the archive answers {(int)response.StatusCode}";
                        break;
                }
            }
            catch (Exception broken) when (TransportErrors.IsTransport(broken))
            {
                reason = broken.Message;
            }
            if (backoff.NextPause() is not { } pause)
                throw new InvestApiException(new GrpcStatus(GrpcStatusCode.Unavailable, reason));
            Log.ArchiveRepeated(log, instrument.Figi.Value, year, pause, reason);
            await Task.Delay(pause, api.Options.NetworkClock, stop);
        }
    }

    private static async Task CopyAsync(Stream from, FileStream to, CancellationToken stop)
    {
        var buffer = new byte[64 * 1024];
        long copied = 0;
        while (await from.ReadAsync(buffer, stop) is var read and > 0)
        {
            copied += read;
            if (copied > MaxFileBytes)
                throw new InvalidDataException($"The archive sends more than {MaxFileBytes} bytes for a year.");
            await to.WriteAsync(buffer.AsMemory(0, read), stop);
        }
    }

    private static string PathOf(Instrument instrument, int year)
    {
        var id = Uri.EscapeDataString(instrument.Uid.Length > 0 ? instrument.Uid : instrument.Figi.Value);
        return string.Create(CultureInfo.InvariantCulture, $"/history-data?instrument_id={id}&year={year}");
    }
}
