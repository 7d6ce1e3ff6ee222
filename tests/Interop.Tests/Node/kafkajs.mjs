// kafkajs against a broker: admin, producer, and a group of three that loses one.
// Usage: node kafkajs.mjs HOST:PORT TOPIC; prints the values the group has read, each once.
import kafkajs from 'kafkajs';
import { areShared, sorted, until } from './wait.mjs';

const { Kafka, CompressionTypes, ConfigResourceTypes, logLevel } = kafkajs;
const [broker, topic] = process.argv.slice(2);
const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50 } });
const admin = kafka.admin();
const producer = kafka.producer({ idempotent: true });
await Promise.all([admin.connect(), producer.connect()]);

await admin.createTopics({ topics: [{ topic, numPartitions: 2, configEntries: [{ name: 'retention.ms', value: '600000' }] }] });
await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
const shown = await admin.describeConfigs({
  includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configNames: ['retention.ms'] }],
});
if (shown.resources[0].configEntries[0].configValue !== '600000') throw new Error(`configs ${JSON.stringify(shown)}`);

const seen = [];
const shares = new Map();
const members = [];
for (const index of [0, 1, 2]) {
  // While it waits for records it hears nothing of a rebalance: five seconds, unless it is told otherwise.
  const member = kafka.consumer({
    groupId: `${topic}-group`, sessionTimeout: 30_000, heartbeatInterval: 100, rebalanceTimeout: 30_000, maxWaitTimeInMs: 100,
  });
  members.push(member);
  await member.connect();
  await member.subscribe({ topic, fromBeginning: true });
  member.on(member.events.GROUP_JOIN, ({ payload }) => shares.set(index, payload.memberAssignment[topic] ?? []));
  await member.run({ eachMessage: async ({ message }) => { seen.push(message.value.toString()); } });
}
await until('three share', () => [...shares.values()], all => areShared(all, 3));

const messages = Array.from({ length: 300 }, (_, number) => ({ key: `k${number}`, value: `${number}`, partition: number % 3 }));
await producer.send({ topic, messages: messages.slice(0, 100) });
await producer.send({ topic, messages: messages.slice(100, 200), compression: CompressionTypes.GZIP });
// A rebalance that comes between reading and committing brings a record again: a group promises each at least once.
await until('200 are read', () => new Set(seen).size, count => count === 200);

await members[1].disconnect();
shares.delete(1);
await until('two share', () => [...shares.values()], all => areShared(all, 2));
await producer.send({ topic, messages: messages.slice(200) });
await until('300 are read', () => new Set(seen).size, count => count === 300);

const offsets = await admin.fetchTopicOffsets(topic);
if (offsets.some(one => one.high !== '100')) throw new Error(`offsets ${JSON.stringify(offsets)}`);
await until('the group of two is stable', async () => (await admin.describeGroups([`${topic}-group`])).groups[0],
  group => group.state === 'Stable' && group.members.length === 2);
await Promise.all([members[0].disconnect(), members[2].disconnect()]);
await admin.deleteGroups([`${topic}-group`]);
await admin.deleteTopics({ topics: [topic] });
if ((await admin.listTopics()).includes(topic)) throw new Error('the topic is still there');
await Promise.all([producer.disconnect(), admin.disconnect()]);
console.log(sorted([...new Set(seen)]));
