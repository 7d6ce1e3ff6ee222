using StockPipeline.Avro.Records;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Topics;

namespace StockPipeline.SchemaRegistry.Codecs;

/// <summary>The codecs of the topics of alerts and of the bot.</summary>
public sealed class AlertCodecs(PipelineCodecs codecs)
{
    public Task<ConfluentAvroCodec<AlertRule>> RulesAsync(CancellationToken cancellationToken) =>
        codecs.OfAsync(AlertTopics.Rules, AvroFormats.AlertRule, cancellationToken);

    public Task<ConfluentAvroCodec<AlertEvent>> EventsAsync(CancellationToken cancellationToken) =>
        codecs.OfAsync(AlertTopics.Events, AvroFormats.AlertEvent, cancellationToken);

    public Task<ConfluentAvroCodec<ChatState>> ChatsAsync(CancellationToken cancellationToken) =>
        codecs.OfAsync(AlertTopics.Chats, AvroFormats.ChatState, cancellationToken);

    public Task<ConfluentAvroCodec<ChatMessage>> MessagesAsync(CancellationToken cancellationToken) =>
        codecs.OfAsync(AlertTopics.Messages, AvroFormats.ChatMessage, cancellationToken);

    public Task<ConfluentAvroCodec<ChatLink>> LinksAsync(CancellationToken cancellationToken) =>
        codecs.OfAsync(AlertTopics.Links, AvroFormats.ChatLink, cancellationToken);

    /// <summary>Registers all of them.</summary>
    public async Task RegisterAllAsync(CancellationToken cancellationToken)
    {
        await RulesAsync(cancellationToken);
        await EventsAsync(cancellationToken);
        await ChatsAsync(cancellationToken);
        await MessagesAsync(cancellationToken);
        await LinksAsync(cancellationToken);
    }
}
