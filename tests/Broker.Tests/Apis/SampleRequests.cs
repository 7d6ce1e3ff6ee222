using System.Text.Json.Nodes;
using StockPipeline.BrokerTests.Log;

namespace StockPipeline.BrokerTests.Apis;

/// <summary>
/// One request for each API, with the fields of all versions, for a broker that has the topic <c>sample</c> with one partition and the
/// records <see cref="Records"/> in it. What a version does not know is left out when it is sent in that version.
/// </summary>
internal static class SampleRequests
{
    public const string Topic = "sample";

    public static byte[] Records => Batch.Of("one", "two");

    public static JsonObject For(string api, Guid topicId) => JsonNode.Parse(Text(api, topicId))!.AsObject();

    private static string Text(string api, Guid topicId) => api switch
    {
        "Produce" => $$"""
            {"acks": -1, "timeoutMs": 1000, "topicData": [
              {"name": "{{Topic}}", "partitionData": [{"index": 0, "records": "{{Convert.ToHexString(Records)}}"}, {"index": 7, "records": "00"}]},
              {"name": "missing", "partitionData": [{"index": 0, "records": null}]}]}
            """,
        "Fetch" => $$"""
            {"maxWaitMs": 0, "minBytes": 1, "maxBytes": 1000000, "isolationLevel": 1, "sessionEpoch": -1, "topics": [
              {"topic": "{{Topic}}", "topicId": "{{topicId}}", "partitions": [
                {"partition": 0, "currentLeaderEpoch": -1, "fetchOffset": 0, "partitionMaxBytes": 1000000},
                {"partition": 9, "currentLeaderEpoch": -1, "fetchOffset": 0, "partitionMaxBytes": 1000000}]}],
             "forgottenTopicsData": [{"topic": "other", "topicId": "{{topicId}}", "partitions": [1, 2]}], "rackId": "r"}
            """,
        "ListOffsets" => $$"""
            {"replicaId": -1, "isolationLevel": 0, "topics": [
              {"name": "{{Topic}}", "partitions": [{"partitionIndex": 0, "currentLeaderEpoch": -1, "timestamp": -1}, {"partitionIndex": 3,
                  "timestamp": -2}]}]}
            """,
        "Metadata" => $$"""{"topics": [{"name": "{{Topic}}"}, {"name": "missing"}], "allowAutoTopicCreation": false}""",
        "OffsetCommit" => $$"""
            {"groupId": "g", "generationIdOrMemberEpoch": -1, "topics": [
              {"name": "{{Topic}}", "partitions": [{"partitionIndex": 0, "committedOffset": 1, "committedMetadata": "m"}, {"partitionIndex": 8,
                  "committedOffset": 1}]}]}
            """,
        "OffsetFetch" => $$"""
            {"groupId": "nobody", "topics": [{"name": "{{Topic}}", "partitionIndexes": [0]}],
             "groups": [{"groupId": "nobody", "topics": [{"name": "{{Topic}}", "partitionIndexes": [0]}]}]}
            """,
        "FindCoordinator" => """{"key": "g", "keyType": 0, "coordinatorKeys": ["g"]}""",
        "JoinGroup" => """
            {"groupId": "unknown", "sessionTimeoutMs": 10000, "rebalanceTimeoutMs": 10000, "memberId": "stranger", "protocolType": "consumer",
             "protocols": [{"name": "range", "metadata": "0001"}]}
            """,
        "Heartbeat" => """{"groupId": "unknown", "generationId": 1, "memberId": "stranger"}""",
        "LeaveGroup" => """{"groupId": "unknown", "memberId": "stranger", "members": [{"memberId": "stranger"}]}""",
        "SyncGroup" => """
            {"groupId": "unknown", "generationId": 1, "memberId": "stranger", "assignments": [{"memberId": "stranger", "assignment": "0001"}]}
            """,
        "DescribeGroups" => """{"groups": ["unknown"]}""",
        "ListGroups" => """{"typesFilter": ["classic"]}""",
        "ApiVersions" => """{"clientSoftwareName": "test", "clientSoftwareVersion": "1.0"}""",
        "CreateTopics" => """
            {"validateOnly": true, "timeoutMs": 1000, "topics": [
              {"name": "created", "numPartitions": 3, "replicationFactor": 1, "configs": [{"name": "retention.ms", "value": "1000"}]},
              {"name": "assigned", "numPartitions": -1, "replicationFactor": -1, "assignments": [{"partitionIndex": 0, "brokerIds": [1]}]},
              {"name": "sample", "numPartitions": 1, "replicationFactor": 1}]}
            """,
        "DeleteTopics" => """{"topics": [{"name": "missing"}], "topicNames": ["missing"], "timeoutMs": 1000}""",
        "DeleteRecords" => $$"""
            {"timeoutMs": 1000, "topics": [{"name": "{{Topic}}", "partitions": [{"partitionIndex": 0, "offset": 0}, {"partitionIndex": 5,
                "offset": 0}]}]}
            """,
        "InitProducerId" => """{"transactionalId": "transactional", "transactionTimeoutMs": 1000}""",
        "OffsetForLeaderEpoch" => $$"""
            {"replicaId": -2, "topics": [{"topic": "{{Topic}}", "partitions": [
              {"partition": 0, "currentLeaderEpoch": -1, "leaderEpoch": 0}, {"partition": 4, "currentLeaderEpoch": -1, "leaderEpoch": 0}]}]}
            """,
        "DescribeConfigs" => $$"""
            {"includeSynonyms": true, "includeDocumentation": true, "resources": [
              {"resourceType": 2, "resourceName": "{{Topic}}", "configurationKeys": ["retention.ms", "cleanup.policy"]},
              {"resourceType": 2, "resourceName": "missing", "configurationKeys": null}, {"resourceType": 4, "resourceName": "1",
                  "configurationKeys": ["node.id"]}]}
            """,
        "AlterConfigs" => $$"""
            {"validateOnly": true, "resources": [
              {"resourceType": 2, "resourceName": "{{Topic}}", "configs": [{"name": "retention.ms", "value": "5"}]},
              {"resourceType": 4, "resourceName": "1", "configs": []}]}
            """,
        "CreatePartitions" => $$"""
            {"validateOnly": true, "timeoutMs": 1000, "topics": [
              {"name": "{{Topic}}", "count": 2, "assignments": [{"brokerIds": [1]}]}, {"name": "missing", "count": 2, "assignments": null}]}
            """,
        "DeleteGroups" => """{"groupsNames": ["unknown"]}""",
        "IncrementalAlterConfigs" => $$"""
            {"validateOnly": true, "resources": [
              {"resourceType": 2, "resourceName": "{{Topic}}", "configs": [
                {"name": "cleanup.policy", "configOperation": 2, "value": "compact"}, {"name": "retention.ms", "configOperation": 1,
                    "value": null}]}]}
            """,
        "OffsetDelete" => $$"""{"groupId": "unknown", "topics": [{"name": "{{Topic}}", "partitions": [{"partitionIndex": 0}]}]}""",
        "DescribeCluster" => """{"includeClusterAuthorizedOperations": true, "endpointType": 1}""",
        _ => throw new ArgumentException($"There is no sample request for {api}."),
    };
}
