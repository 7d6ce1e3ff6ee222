using System.Buffers;
using System.IO.Pipelines;
using StockPipeline.Fanout.Protocol;

namespace StockPipeline.Gateway.Live;

/// <summary>The whole messages of a client, out of its frames: fragments are joined, what breaks the protocol comes as a close.</summary>
internal sealed class ClientMessages(PipeReader input, int maxMessage)
{
    private readonly ArrayBufferWriter<byte> fragments = new();
    private bool isFragmented;

    /// <returns>Nothing when the client is gone.</returns>
    public async ValueTask<ClientMessage?> NextAsync()
    {
        while (true)
        {
            var read = await input.ReadAsync();
            var bytes = read.Buffer;
            ClientMessage? message = null;
            try
            {
                while (message is null && ClientFrame.TryRead(ref bytes, maxMessage, out var frame))
                    message = Take(frame);
            }
            catch (ClientFrameException broken)
            {
                message = new ClientMessage(Opcode.Close, default, (broken.Code, broken.Message));
            }
            // What is left in the buffer may hold a whole frame: then the next reading must not wait for more.
            input.AdvanceTo(bytes.Start, message is null ? bytes.End : bytes.Start);
            if (message is not null)
                return message;
            if (read.IsCompleted || read.IsCanceled)
                return null;
        }
    }

    private ClientMessage? Take(ClientFrame frame)
    {
        if (frame.Opcode >= Opcode.Close)
            return new ClientMessage(frame.Opcode, frame.Payload, null);
        if (frame.Opcode == Opcode.Continuation != isFragmented)
            throw new ClientFrameException(CloseCode.ProtocolError, "fragments out of order");
        if (frame.Opcode == Opcode.Binary)
            throw new ClientFrameException(CloseCode.Unsupported, "messages are text");
        if (fragments.WrittenCount + frame.Payload.Length > maxMessage)
            throw new ClientFrameException(CloseCode.TooBig, $"a message is at most {maxMessage} bytes");
        isFragmented = !frame.Final;
        if (frame.Final && fragments.WrittenCount == 0)
            return new ClientMessage(Opcode.Text, frame.Payload, null);
        fragments.Write(frame.Payload.Span);
        if (!frame.Final)
            return null;
        var whole = fragments.WrittenSpan.ToArray();
        fragments.ResetWrittenCount();
        return new ClientMessage(Opcode.Text, whole, null);
    }
}
