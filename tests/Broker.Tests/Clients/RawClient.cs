using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using StockPipeline.BrokerTests.Schemas;
using StockPipeline.Testing;

namespace StockPipeline.BrokerTests.Clients;

/// <summary>A connection on which a test says exactly what it wants, byte by byte or by Kafka's message definitions.</summary>
internal sealed class RawClient : IDisposable
{
    private const short ApiVersionsKey = 18;

    private readonly TcpClient tcp = new();
    private readonly NetworkStream stream;
    private int correlationId;

    private RawClient(IPEndPoint broker)
    {
        tcp.Connect(broker);
        tcp.NoDelay = true;
        stream = tcp.GetStream();
    }

    public static RawClient Connect(string bootstrapServers) => new(IPEndPoint.Parse(bootstrapServers));

    /// <summary>One request and its answer, both by Kafka's definitions.</summary>
    public async Task<JsonObject> AskAsync(short apiKey, int version, JsonObject request)
    {
        await SendAsync(RequestFrame(apiKey, version, SchemaEncoder.Encode(MessageSchema.Request(apiKey), version, request), ++correlationId));
        var frame = await ReceiveAsync() ?? throw new EndOfStreamException($"The broker closed the connection on {apiKey} v{version}.");
        Assert.Equal(correlationId, BinaryPrimitives.ReadInt32BigEndian(frame));
        var schema = MessageSchema.Response(apiKey);
        var header = sizeof(int);
        if (schema.Flexible.Holds(version) && apiKey != ApiVersionsKey)
            Assert.Equal(0, frame[header++]);
        return SchemaDecoder.Decode(schema, version, frame[header..]);
    }

    public static byte[] RequestFrame(short apiKey, int version, byte[] body, int correlationId = 1, string clientId = "raw")
    {
        var frame = new MemoryStream();
        Span<byte> header = stackalloc byte[10];
        BinaryPrimitives.WriteInt16BigEndian(header, apiKey);
        BinaryPrimitives.WriteInt16BigEndian(header[2..], (short)version);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], correlationId);
        BinaryPrimitives.WriteInt16BigEndian(header[8..], (short)clientId.Length);
        frame.Write(header);
        frame.Write(Encoding.UTF8.GetBytes(clientId));
        if (MessageSchema.Request(apiKey).Flexible.Holds(version))
            frame.WriteByte(0);
        frame.Write(body);
        return frame.ToArray();
    }

    /// <summary>Sends a frame with its length in front.</summary>
    public async Task SendAsync(byte[] frame)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, frame.Length);
        await SendRawAsync([.. length, .. frame]);
    }

    public async Task SendRawAsync(byte[] bytes) => await stream.WriteAsync(bytes);

    /// <summary>Tells the broker that nothing more comes; answers can still be read.</summary>
    public void FinishSending() => tcp.Client.Shutdown(SocketShutdown.Send);

    /// <summary>The next frame without its length, or null when the broker has closed the connection.</summary>
    public async Task<byte[]?> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(Eventually.Patience, TimeProvider.System);
        try
        {
            var length = new byte[sizeof(int)];
            await stream.ReadExactlyAsync(length, patience.Token);
            var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
            await stream.ReadExactlyAsync(frame, patience.Token);
            return frame;
        }
        catch (Exception closed) when (closed is EndOfStreamException or IOException)
        {
            return null;
        }
    }

    public void Dispose() => tcp.Dispose();
}
