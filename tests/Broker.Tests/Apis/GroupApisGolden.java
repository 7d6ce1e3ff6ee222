import org.apache.kafka.common.message.*;
import org.apache.kafka.common.protocol.*;
import java.util.*;
import java.nio.*;

/**
 * Writes group-apis.golden with Kafka's own message classes, so that our codecs are not their own judge:
 * java -cp "$KAFKA_HOME/libs/*" tests/Broker.Tests/Apis/GroupApisGolden.java > tests/Broker.Tests/Apis/group-apis.golden
 */
public class GroupApisGolden {
  static String hex(Message m, int v) {
    ByteBuffer b = MessageUtil.toByteBufferAccessor(m, (short) v).buffer();
    byte[] a = new byte[b.remaining()]; b.get(a);
    return HexFormat.of().withUpperCase().formatHex(a);
  }
  static void out(String api, int v, Message q, Message r) { System.out.println(api + " " + v + " " + hex(q, v) + " " + hex(r, v)); }
  static byte[] sub = HexFormat.of().parseHex("0001" + "00000001" + "0001" + "74" + "FFFFFFFF");
  static byte[] one = {1}, two = {2, 2};
  public static void main(String[] x) {
    System.out.println("# Bodies as the message classes of Apache Kafka 4.2 write them (GroupApisGolden.java): api, version, request, answer.");
    for (int v = 0; v <= 5; v++) {
      var q = new FindCoordinatorRequestData(); var r = new FindCoordinatorResponseData();
      if (v >= 1) q.setKeyType((byte) 0);
      if (v < 4) { q.setKey("g"); r.setNodeId(1).setHost("broker").setPort(9092); if (v >= 1) r.setErrorMessage(null); }
      else { q.setCoordinatorKeys(List.of("g", "h")); r.setCoordinators(List.of(fc("g"), fc("h"))); }
      out("FindCoordinator", v, q, r);
    }
    for (int v = 0; v <= 9; v++) {
      var ps = new JoinGroupRequestData.JoinGroupRequestProtocolCollection();
      ps.add(new JoinGroupRequestData.JoinGroupRequestProtocol().setName("range").setMetadata(sub));
      ps.add(new JoinGroupRequestData.JoinGroupRequestProtocol().setName("roundrobin").setMetadata(new byte[0]));
      var q = new JoinGroupRequestData().setGroupId("solo").setSessionTimeoutMs(10000).setMemberId("s1").setProtocolType("consumer").setProtocols(ps);
      if (v >= 1) q.setRebalanceTimeoutMs(60000);
      if (v >= 5) q.setGroupInstanceId("is");
      if (v >= 8) q.setReason("because");
      var m = new JoinGroupResponseData.JoinGroupResponseMember().setMemberId("s1").setMetadata(sub);
      if (v >= 5) m.setGroupInstanceId("is");
      var r = new JoinGroupResponseData().setGenerationId(6).setProtocolName("range").setLeader("s1").setMemberId("s1").setMembers(List.of(m));
      if (v >= 7) r.setProtocolType("consumer");
      out("JoinGroup", v, q, r);
    }
    for (int v = 0; v <= 9; v++) {
      var ps = new JoinGroupRequestData.JoinGroupRequestProtocolCollection();
      ps.add(new JoinGroupRequestData.JoinGroupRequestProtocol().setName("range").setMetadata(sub));
      var q = new JoinGroupRequestData().setGroupId("g").setSessionTimeoutMs(1).setMemberId("m2").setProtocolType("consumer").setProtocols(ps);
      if (v >= 1) q.setRebalanceTimeoutMs(1);
      if (v >= 5) q.setGroupInstanceId(null);
      var r = new JoinGroupResponseData().setErrorCode((short) 26).setGenerationId(-1).setLeader("").setMemberId("m2");
      r.setProtocolName(v >= 7 ? null : "");
      out("JoinGroup", v, q, r);
    }
    for (int v = 0; v <= 5; v++) {
      var q = new SyncGroupRequestData().setGroupId("g").setGenerationId(5).setMemberId("m1").setAssignments(List.of(
        new SyncGroupRequestData.SyncGroupRequestAssignment().setMemberId("m1").setAssignment(two),
        new SyncGroupRequestData.SyncGroupRequestAssignment().setMemberId("m2").setAssignment(new byte[0])));
      if (v >= 3) q.setGroupInstanceId("i1");
      var r = new SyncGroupResponseData().setAssignment(one);
      if (v >= 5) { q.setProtocolType("consumer").setProtocolName("range"); r.setProtocolType("consumer").setProtocolName("range"); }
      out("SyncGroup", v, q, r);
    }
    for (int v = 0; v <= 4; v++) {
      var q = new HeartbeatRequestData().setGroupId("g").setGenerationId(4).setMemberId("m1");
      if (v >= 3) q.setGroupInstanceId("i1");
      out("Heartbeat", v, q, new HeartbeatResponseData().setErrorCode((short) 22));
    }
    for (int v = 0; v <= 5; v++) {
      var q = new LeaveGroupRequestData().setGroupId("g"); var r = new LeaveGroupResponseData();
      if (v < 3) { q.setMemberId("nobody"); r.setErrorCode((short) 25); }
      else {
        var a = new LeaveGroupRequestData.MemberIdentity().setMemberId("m1").setGroupInstanceId("i1");
        if (v >= 5) a.setReason("tired");
        q.setMembers(List.of(a, new LeaveGroupRequestData.MemberIdentity().setMemberId("nobody")));
        r.setMembers(List.of(new LeaveGroupResponseData.MemberResponse().setMemberId("m1").setGroupInstanceId("i1"),
          new LeaveGroupResponseData.MemberResponse().setMemberId("nobody").setGroupInstanceId(null).setErrorCode((short) 25)));
      }
      out("LeaveGroup", v, q, r);
    }
    for (int v = 2; v <= 9; v++) {
      var p0 = new OffsetCommitRequestData.OffsetCommitRequestPartition().setPartitionIndex(0).setCommittedOffset(7).setCommittedMetadata("note");
      var p9 = new OffsetCommitRequestData.OffsetCommitRequestPartition().setPartitionIndex(9).setCommittedOffset(8).setCommittedMetadata(null);
      if (v >= 6) p0.setCommittedLeaderEpoch(3);
      var q = new OffsetCommitRequestData().setGroupId("g").setGenerationIdOrMemberEpoch(5).setMemberId("m2").setTopics(List.of(
        new OffsetCommitRequestData.OffsetCommitRequestTopic().setName("t").setPartitions(List.of(p0, p9)),
        new OffsetCommitRequestData.OffsetCommitRequestTopic().setName("u").setPartitions(List.of())));
      if (v <= 4) q.setRetentionTimeMs(-1);
      var r = new OffsetCommitResponseData().setTopics(List.of(
        new OffsetCommitResponseData.OffsetCommitResponseTopic().setName("t").setPartitions(List.of(
          new OffsetCommitResponseData.OffsetCommitResponsePartition().setPartitionIndex(0),
          new OffsetCommitResponseData.OffsetCommitResponsePartition().setPartitionIndex(9).setErrorCode((short) 3))),
        new OffsetCommitResponseData.OffsetCommitResponseTopic().setName("u").setPartitions(List.of())));
      out("OffsetCommit", v, q, r);
    }
    for (int v = 1; v <= 9; v++) {
      var q = new OffsetFetchRequestData(); var r = new OffsetFetchResponseData();
      if (v >= 7) q.setRequireStable(true);
      if (v < 8) {
        q.setGroupId("g").setTopics(List.of(new OffsetFetchRequestData.OffsetFetchRequestTopic().setName("t").setPartitionIndexes(List.of(1, 2))));
        r.setTopics(List.of(new OffsetFetchResponseData.OffsetFetchResponseTopic().setName("t")
            .setPartitions(List.of(op(1, 11, v, "kept"), op(2, -1, v, "")))));
      } else {
        var all = new OffsetFetchRequestData.OffsetFetchRequestGroup().setGroupId("g").setTopics(null);
        var some = new OffsetFetchRequestData.OffsetFetchRequestGroup().setGroupId("unknown").setTopics(List.of(
          new OffsetFetchRequestData.OffsetFetchRequestTopics().setName("t").setPartitionIndexes(List.of(1))));
        if (v >= 9) all.setMemberId("m1").setMemberEpoch(5);
        q.setGroups(List.of(all, some));
        r.setGroups(List.of(og("g", gp(1, 11, 2, "kept")), og("unknown", gp(1, -1, -1, ""))));
      }
      out("OffsetFetch", v, q, r);
      if (v >= 2 && v < 8) {
        out("OffsetFetch", v, q.setTopics(null), new OffsetFetchResponseData().setTopics(List.of(
          new OffsetFetchResponseData.OffsetFetchResponseTopic().setName("t").setPartitions(List.of(op(1, 11, v, "kept"))))));
      }
    }
    var dq = new OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection();
    var dr = new OffsetDeleteResponseData.OffsetDeleteResponseTopicCollection();
    for (var t : List.of("t", "u")) {
      dq.add(new OffsetDeleteRequestData.OffsetDeleteRequestTopic().setName(t)
          .setPartitions(List.of(new OffsetDeleteRequestData.OffsetDeleteRequestPartition().setPartitionIndex(1))));
      var pc = new OffsetDeleteResponseData.OffsetDeleteResponsePartitionCollection();
      pc.add(new OffsetDeleteResponseData.OffsetDeleteResponsePartition().setPartitionIndex(1).setErrorCode((short) (t.equals("t") ? 86 : 0)));
      dr.add(new OffsetDeleteResponseData.OffsetDeleteResponseTopic().setName(t).setPartitions(pc));
    }
    out("OffsetDelete", 0, new OffsetDeleteRequestData().setGroupId("g").setTopics(dq), new OffsetDeleteResponseData().setTopics(dr));
    out("OffsetDelete", 0, new OffsetDeleteRequestData().setGroupId("unknown").setTopics(dq), new OffsetDeleteResponseData()
        .setErrorCode((short) 69));
    for (int v = 0; v <= 5; v++) {
      var q = new DescribeGroupsRequestData().setGroups(List.of("g", "unknown"));
      if (v >= 3) q.setIncludeAuthorizedOperations(true);
      var m1 = new DescribeGroupsResponseData.DescribedGroupMember().setMemberId("m1").setClientId("client").setClientHost("/127.0.0.1")
          .setMemberMetadata(sub).setMemberAssignment(one);
      var m2 = new DescribeGroupsResponseData.DescribedGroupMember().setMemberId("m2").setClientId("client").setClientHost("/127.0.0.1")
          .setMemberMetadata(sub).setMemberAssignment(two);
      if (v >= 4) m1.setGroupInstanceId("i1");
      var g = new DescribeGroupsResponseData.DescribedGroup().setGroupId("g").setGroupState("Stable").setProtocolType("consumer")
          .setProtocolData("range").setMembers(List.of(m1, m2));
      var u = new DescribeGroupsResponseData.DescribedGroup().setGroupId("unknown").setGroupState("Dead");
      if (v >= 3) { g.setAuthorizedOperations(3400); u.setAuthorizedOperations(3400); }
      out("DescribeGroups", v, q, new DescribeGroupsResponseData().setGroups(List.of(g, u)));
    }
    for (int v = 0; v <= 5; v++) {
      var q = new ListGroupsRequestData(); var gs = new ArrayList<ListGroupsResponseData.ListedGroup>();
      if (v >= 4) q.setStatesFilter(List.of("stable"));
      if (v >= 5) q.setTypesFilter(List.of("Classic"));
      for (var id : List.of("g", "solo")) {
        var g = new ListGroupsResponseData.ListedGroup().setGroupId(id).setProtocolType("consumer");
        if (v >= 4) g.setGroupState("Stable");
        if (v >= 5) g.setGroupType("classic");
        gs.add(g);
      }
      out("ListGroups", v, q, new ListGroupsResponseData().setGroups(gs));
    }
    for (int v = 0; v <= 2; v++) {
      var rs = new DeleteGroupsResponseData.DeletableGroupResultCollection();
      rs.add(new DeleteGroupsResponseData.DeletableGroupResult().setGroupId("g").setErrorCode((short) 68));
      rs.add(new DeleteGroupsResponseData.DeletableGroupResult().setGroupId("unknown").setErrorCode((short) 69));
      out("DeleteGroups", v, new DeleteGroupsRequestData().setGroupsNames(List.of("g", "unknown")), new DeleteGroupsResponseData().setResults(rs));
    }
  }
  static FindCoordinatorResponseData.Coordinator fc(String k) { return new FindCoordinatorResponseData.Coordinator().setKey(k)
      .setNodeId(1).setHost("broker").setPort(9092).setErrorMessage(null); }
  static OffsetFetchResponseData.OffsetFetchResponsePartition op(int p, long o, int v, String m) {
    var r = new OffsetFetchResponseData.OffsetFetchResponsePartition().setPartitionIndex(p).setCommittedOffset(o).setMetadata(m);
    if (v >= 5) r.setCommittedLeaderEpoch(o < 0 ? -1 : 2);
    return r;
  }
  static OffsetFetchResponseData.OffsetFetchResponsePartitions gp(int p, long o, int e, String m) {
    return new OffsetFetchResponseData.OffsetFetchResponsePartitions().setPartitionIndex(p).setCommittedOffset(o)
        .setCommittedLeaderEpoch(e).setMetadata(m);
  }
  static OffsetFetchResponseData.OffsetFetchResponseGroup og(String g, OffsetFetchResponseData.OffsetFetchResponsePartitions p) {
    return new OffsetFetchResponseData.OffsetFetchResponseGroup().setGroupId(g).setTopics(List.of(
      new OffsetFetchResponseData.OffsetFetchResponseTopics().setName("t").setPartitions(List.of(p))));
  }
}
