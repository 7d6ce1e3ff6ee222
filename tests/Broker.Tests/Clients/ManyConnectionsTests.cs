using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;
using StockPipeline.BrokerTests.Groups;
using StockPipeline.Testing;

namespace StockPipeline.BrokerTests.Clients;

/// <summary>A thousand sockets on one broker, two hundred of them the members of one group.</summary>
public sealed class ManyConnectionsTests(BrokerFixture fixture) : IClassFixture<BrokerFixture>
{
    private const int Connections = 1000;
    private const int MemberCount = 200;
    private const string GroupId = "many";

    private static readonly TimeSpan Patience = Eventually.Patience;

    [Fact]
    public async Task Two_hundred_members_among_a_thousand_connections_rebalance_when_one_leaves_and_nobody_sees_an_error()
    {
        var clients = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Client.ConnectAsync(fixture.Broker.BootstrapServers)));
        var members = clients[..MemberCount];
        try
        {
            await Task.WhenAll(clients.Select(client => client.CallAsync(ApiKey.ApiVersions, 0, _ => { }))).WaitAsync(Patience);
            await Task.WhenAll(members.Select(member => member.TakeIdAsync())).WaitAsync(Patience);

            var first = await Task.WhenAll(members.Select(member => member.JoinAndSyncAsync())).WaitAsync(Patience);
            var leaving = members[MemberCount / 2];
            await leaving.LeaveAsync();
            var stayed = members.Where(member => member != leaving).ToArray();
            var beats = await Task.WhenAll(stayed.Select(member => member.HeartbeatAsync())).WaitAsync(Patience);
            var second = await Task.WhenAll(stayed.Select(member => member.JoinAndSyncAsync())).WaitAsync(Patience);

            Assert.All(first, each => Assert.Equal((1, MemberCount), (each.Generation, each.Owned)));
            Assert.All(beats, each => Assert.Equal(ErrorCode.RebalanceInProgress, each));
            Assert.All(second, each => Assert.Equal((2, MemberCount - 1), (each.Generation, each.Owned)));
            Assert.Equal(Connections, fixture.Broker.Connections);
        }
        finally
        {
            foreach (var client in clients)
                client.Dispose();
        }
    }

    private sealed class Client : IDisposable
    {
        private readonly TcpClient tcp = new();
        private string memberId = "";
        private int generation;

        public static async Task<Client> ConnectAsync(string servers)
        {
            var client = new Client();
            await client.tcp.ConnectAsync(IPEndPoint.Parse(servers));
            return client;
        }

        public void Dispose() => tcp.Dispose();

        public async Task TakeIdAsync()
        {
            var answer = await JoinAsync();
            Assert.Equal(ErrorCode.MemberIdRequired, answer.Error);
        }

        /// <summary>The generation and how many members the leader counted when it assigned.</summary>
        public async Task<(int Generation, int Owned)> JoinAndSyncAsync()
        {
            var joined = await JoinAsync();
            Assert.Equal(ErrorCode.None, joined.Error);
            generation = joined.Generation;
            var synced = new WireReader(await CallAsync(ApiKey.SyncGroup, 3, body =>
            {
                WriteClaim(body);
                body.WriteLength(joined.Members.Length);
                foreach (var member in joined.Members)
                {
                    body.WriteString(member);
                    body.WriteBytes([(byte)joined.Members.Length]);
                }
            }), flexible: false);
            synced.ReadInt32();
            Assert.Equal(ErrorCode.None, (ErrorCode)synced.ReadInt16());
            return (generation, synced.ReadBytes()[0]);
        }

        public async Task<ErrorCode> HeartbeatAsync() => ErrorOf(await CallAsync(ApiKey.Heartbeat, 3, WriteClaim));

        public async Task LeaveAsync() => Assert.Equal(ErrorCode.None, ErrorOf(await CallAsync(ApiKey.LeaveGroup, 1, body =>
        {
            body.WriteString(GroupId);
            body.WriteString(memberId);
        })));

        public async Task<byte[]> CallAsync(ApiKey key, short version, Action<WireWriter> write)
        {
            using var request = new WireWriter(flexible: false);
            request.WriteInt32(0);
            request.WriteInt16((short)key);
            request.WriteInt16(version);
            request.WriteInt32(7);
            request.WriteNullableString("many");
            write(request);
            request.PatchInt32(0, request.Length - sizeof(int));
            var stream = tcp.GetStream();
            await stream.WriteAsync(request.Written.ToArray());
            var header = new byte[8];
            await stream.ReadExactlyAsync(header);
            var answer = new byte[BinaryPrimitives.ReadInt32BigEndian(header) - sizeof(int)];
            await stream.ReadExactlyAsync(answer);
            return answer;
        }

        private static ErrorCode ErrorOf(byte[] answer) => (ErrorCode)BinaryPrimitives.ReadInt16BigEndian(answer.AsSpan(sizeof(int)));

        private async Task<(ErrorCode Error, int Generation, string[] Members)> JoinAsync()
        {
            var answer = new WireReader(await CallAsync(ApiKey.JoinGroup, 5, body =>
            {
                body.WriteString(GroupId);
                body.WriteInt32((int)Patience.TotalMilliseconds);
                body.WriteInt32((int)Patience.TotalMilliseconds);
                body.WriteString(memberId);
                body.WriteNullableString(null);
                body.WriteString("consumer");
                body.WriteLength(1);
                body.WriteString("range");
                body.WriteBytes(GroupBench.Subscription("t"));
            }), flexible: false);
            answer.ReadInt32();
            var error = (ErrorCode)answer.ReadInt16();
            var joinedGeneration = answer.ReadInt32();
            answer.ReadString();
            answer.ReadString();
            memberId = answer.ReadString();
            var members = answer.ReadArray((ref member) =>
            {
                var id = member.ReadString();
                member.ReadNullableString();
                member.ReadBytes();
                return id;
            });
            return (error, joinedGeneration, members);
        }

        private void WriteClaim(WireWriter body)
        {
            body.WriteString(GroupId);
            body.WriteInt32(generation);
            body.WriteString(memberId);
            body.WriteNullableString(null);
        }
    }
}
