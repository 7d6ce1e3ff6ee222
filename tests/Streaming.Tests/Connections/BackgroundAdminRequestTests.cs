using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Connections;
using StockPipeline.StreamingTests.Support;
using StockPipeline.Testing;

namespace StockPipeline.StreamingTests.Connections;

public sealed class BackgroundAdminRequestTests : IAsyncDisposable
{
    private static readonly KafkaConnection Nowhere = new() { BootstrapServers = "127.0.0.1:1" };

    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);
    private readonly KafkaClient kafka;
    private readonly List<IAdminClient> clients = [];
    private readonly List<IAdminClient> asked = [];

    public BackgroundAdminRequestTests() => kafka = new KafkaClient(Nowhere, "test", NullLoggerFactory.Instance, new CountingMetrics(), clock);

    [Fact]
    public void A_question_that_nobody_answers_is_asked_again_by_another_client()
    {
        var never = new TaskCompletionSource<string>();
        using var request = new BackgroundAdminRequest<string>(kafka, NewClient);
        request.Start((client, _) => Note(client, never.Task));

        clock.Advance(BackgroundAdminRequest<string>.LostAfter);
        Assert.False(request.TryGetAnswer(out _));
        Assert.True(request.IsOpen);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(request.TryGetAnswer(out _));
        Assert.False(request.IsOpen);
        request.Start((client, _) => Note(client, Task.FromResult("here")));

        Assert.True(request.TryGetAnswer(out var answer));
        Assert.Equal("here", answer);
        Assert.Equal(clients, asked);
        Assert.Equal(2, clients.Count);
    }

    [Fact]
    public async Task A_client_that_is_given_up_is_disposed_only_if_it_answers_after_all()
    {
        var late = new TaskCompletionSource<string>();
        using var request = new BackgroundAdminRequest<string>(kafka, NewClient);
        request.Start((client, _) => Note(client, late.Task));
        clock.Advance(BackgroundAdminRequest<string>.LostAfter + TimeSpan.FromSeconds(1));
        Assert.False(request.TryGetAnswer(out _));
        Assert.False(AdminStandIn.IsDisposed(clients[0]));

        late.SetResult("late");

        await Eventually.TrueAsync(() => AdminStandIn.IsDisposed(clients[0]));
        Assert.False(request.TryGetAnswer(out _));
        Assert.False(AdminStandIn.IsDisposed(clients[1]));
    }

    public async ValueTask DisposeAsync() => await kafka.DisposeAsync();

    private Task<string> Note(IAdminClient client, Task<string> answer)
    {
        asked.Add(client);
        return answer;
    }

    private IAdminClient NewClient()
    {
        clients.Add(AdminStandIn.New());
        return clients[^1];
    }
}
