using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>
/// Where to find the coordinator of a group: always here. Coordinators of transactions are found here as well, so that a transactional
/// producer learns from InitProducerId that there are no transactions instead of looking for a coordinator for ever.
/// </summary>
internal sealed class FindCoordinatorApi(BrokerAddress address) : ISynchronousApi
{
    private const sbyte TransactionKey = 1;

    public ApiRange Range => new(ApiKey.FindCoordinator, 0, 5, FlexibleFrom: 3);

    public void Answer(WireReader request, WireWriter answer)
    {
        var isBatch = request.Since(4);
        var keys = isBatch ? [] : new[] { request.ReadString() };
        var keyType = request.Since(1) ? request.ReadInt8() : (sbyte)0;
        if (isBatch)
            keys = request.ReadStrings();
        request.SkipTags();

        answer.Since(1)?.WriteThrottleTime();
        var isKnown = keyType is >= 0 and <= TransactionKey;
        if (!isBatch)
        {
            WriteError();
            WriteNode();
            return;
        }
        answer.WriteArray(keys, key =>
        {
            answer.WriteString(key);
            WriteNode();
            WriteError();
        });

        void WriteError()
        {
            answer.WriteError(isKnown ? ErrorCode.None : ErrorCode.InvalidRequest);
            answer.Since(1)?.WriteMessage(isKnown ? null : $"There is no coordinator of type {keyType}.");
        }

        void WriteNode()
        {
            answer.WriteInt32(isKnown ? BrokerAddress.NodeId : -1);
            answer.WriteString(isKnown ? address.Host : "");
            answer.WriteInt32(isKnown ? address.Port : -1);
        }
    }
}

/// <summary>The cluster of one node.</summary>
internal sealed class DescribeClusterApi(BrokerAddress address) : ISynchronousApi
{
    private const sbyte Brokers = 1;

    public ApiRange Range => new(ApiKey.DescribeCluster, 0, 1, FlexibleFrom: 0);

    public void Answer(WireReader request, WireWriter answer)
    {
        var wantsOperations = request.ReadBool();
        var endpointType = request.Since(1) ? request.ReadInt8() : Brokers;
        request.SkipTags();

        var served = endpointType == Brokers;
        answer.WriteThrottleTime();
        answer.WriteError(served ? ErrorCode.None : ErrorCode.UnsupportedEndpointType);
        answer.WriteMessage(served ? null : $"This listener does not serve endpoint type {endpointType}.");
        answer.Since(1)?.WriteInt8(endpointType);
        answer.WriteString(served ? address.ClusterId : string.Empty);
        answer.WriteInt32(served ? BrokerAddress.NodeId : -1);
        if (served)
            answer.WriteBrokers(address, withRack: true);
        else
            answer.WriteLength(0);
        answer.WriteInt32(wantsOperations ? AuthorizedOperations.Cluster : AuthorizedOperations.NotAsked);
    }
}

/// <summary>What this broker serves. No features are announced: clients then stay on classic groups and older transactions.</summary>
internal sealed class ApiVersionsApi(ApiRegistry registry) : ISynchronousApi
{
    private static readonly ApiRange OwnRange = new(ApiKey.ApiVersions, 0, 4, FlexibleFrom: 3);

    public ApiRange Range => OwnRange;

    public void Answer(WireReader request, WireWriter answer)
    {
        var isValid = true;
        if (request.Since(3))
        {
            var (name, version) = (request.ReadString(), request.ReadString());
            request.SkipTags();
            isValid = IsSoftwareName(name) && IsSoftwareName(version);
        }

        Write(answer, isValid ? ErrorCode.None : ErrorCode.InvalidRequest, isValid ? registry.Ranges : []);
        answer.Since(1)?.WriteThrottleTime();
    }

    /// <summary>The answer to a version nobody here knows: in the oldest format, with the one entry the client needs to try again.</summary>
    public static void WriteUnsupportedVersion(WireWriter answer) => Write(answer, ErrorCode.UnsupportedVersion, [OwnRange]);

    private static void Write(WireWriter answer, ErrorCode error, IReadOnlyList<ApiRange> ranges)
    {
        answer.WriteError(error);
        answer.WriteArray(ranges, range =>
        {
            answer.WriteInt16((short)range.Key);
            answer.WriteInt16(range.Min);
            answer.WriteInt16(range.Max);
        });
    }

    private static bool IsSoftwareName(string text) =>
        text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1])
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-');
}
