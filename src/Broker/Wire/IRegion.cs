namespace StockPipeline.Broker.Wire;

/// <summary>Bytes of an answer that stay where they are (a range of a log file) until the connection copies them into its pipe.</summary>
internal interface IRegion
{
    /// <summary>Known before anything is sent: the frame length in front counts it.</summary>
    int Length { get; }

    /// <summary>Fills the whole of <paramref name="target"/> with the bytes from <paramref name="offset"/> on.</summary>
    void Read(int offset, Span<byte> target);

    /// <summary>Called once, when the answer is sent or given up: lets go of the file.</summary>
    void Release();
}
