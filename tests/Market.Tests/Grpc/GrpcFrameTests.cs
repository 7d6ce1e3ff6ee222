using System.Buffers;
using System.IO.Pipelines;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Grpc;

namespace StockPipeline.MarketTests.Grpc;

public sealed class GrpcFrameTests
{
    private static readonly CancellationToken Stop = CancellationToken.None;

    [Fact]
    public async Task Messages_are_read_back_whatever_pieces_they_arrive_in()
    {
        var bytes = new ArrayBufferWriter<byte>();
        for (var number = 0; number < 20; number++)
            GrpcFrame.Write(bytes, new Quotation { Units = number, Nano = number * 1000 });
        foreach (var piece in new[] { 1, 3, 7, 64, 10_000 })
        {
            var pipe = new Pipe();
            var reader = new GrpcFrameReader<Quotation>(pipe.Reader, Quotation.Parser, GrpcLimits.StreamMessageBytes);
            var writing = WritePiecesAsync(pipe.Writer, bytes.WrittenMemory, piece);

            var read = new List<long>();
            while (await reader.ReadAsync(Stop) is { } message)
                read.Add(message.Units);
            await writing;

            Assert.Equal(Enumerable.Range(0, 20).Select(number => (long)number), read);
        }
    }

    [Fact]
    public async Task An_empty_message_is_a_message()
    {
        var reader = await ReaderOfAsync([0, 0, 0, 0, 0]);

        Assert.Equal(new Quotation(), await reader.ReadAsync(Stop));
        Assert.Null(await reader.ReadAsync(Stop));
    }

    [Fact]
    public async Task A_message_at_the_limit_is_read_and_one_past_it_is_refused()
    {
        var message = new QueryOf(10).Frame;

        var atLimit = new GrpcFrameReader<FindInstrumentRequest>(await PipeOfAsync(message), FindInstrumentRequest.Parser, 12);
        var pastLimit = new GrpcFrameReader<FindInstrumentRequest>(await PipeOfAsync(message), FindInstrumentRequest.Parser, 11);

        Assert.Equal(10, (await atLimit.ReadAsync(Stop))!.Query.Length);
        var refused = await Assert.ThrowsAsync<GrpcException>(async () => await pastLimit.ReadAsync(Stop));
        Assert.Equal(GrpcStatusCode.OutOfRange, refused.Status.Code);
    }

    [Theory]
    [InlineData(new byte[] { 1, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 3, 8 })]
    [InlineData(new byte[] { 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 2, 0xff, 0xff })]
    public async Task A_malformed_frame_is_an_error_and_not_a_message(byte[] bytes)
    {
        var reader = await ReaderOfAsync(bytes);

        var error = await Assert.ThrowsAsync<GrpcException>(async () => await reader.ReadAsync(Stop));

        Assert.Equal(GrpcStatusCode.Internal, error.Status.Code);
    }

    private static async Task<GrpcFrameReader<Quotation>> ReaderOfAsync(byte[] bytes) =>
        new(await PipeOfAsync(bytes), Quotation.Parser, GrpcLimits.StreamMessageBytes);

    private static async Task<PipeReader> PipeOfAsync(byte[] bytes)
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(bytes);
        await pipe.Writer.CompleteAsync();
        return pipe.Reader;
    }

    private static async Task WritePiecesAsync(PipeWriter writer, ReadOnlyMemory<byte> bytes, int piece)
    {
        for (var at = 0; at < bytes.Length; at += piece)
            await writer.WriteAsync(bytes.Slice(at, Math.Min(piece, bytes.Length - at)));
        await writer.CompleteAsync();
    }

    private sealed class QueryOf(int length)
    {
        public byte[] Frame
        {
            get
            {
                var bytes = new ArrayBufferWriter<byte>();
                GrpcFrame.Write(bytes, new FindInstrumentRequest { Query = new string('x', length) });
                return bytes.WrittenSpan.ToArray();
            }
        }
    }
}
