// @platformatic/kafka against a broker: admin, producer, and a group of three that loses one. It asks in newer versions than others do.
// Usage: node platformatic.mjs HOST:PORT TOPIC; prints the values the group has read, each once.
import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';
import { areShared, sorted, until } from './wait.mjs';

const [broker, topic] = process.argv.slice(2);
const client = { clientId: 'platformatic', bootstrapBrokers: [broker] };
const admin = new Admin(client);
const producer = new Producer({ ...client, idempotent: true, serializers: stringSerializers });

await admin.createTopics({ topics: [topic], partitions: 2, replicas: 1, configs: [{ name: 'retention.ms', value: '600000' }] });
await admin.createPartitions({ topics: [{ name: topic, count: 3, assignments: [{ brokerIds: [1] }] }] });
const [shown] = await admin.describeConfigs({ resources: [{ resourceType: 2, resourceName: topic, configurationKeys: ['retention.ms'] }] });
if (shown.configs[0].value !== '600000') throw new Error(`configs ${JSON.stringify(shown)}`);

const seen = [];
const members = [];
for (let index = 0; index < 3; index++) {
  const member = new Consumer({ ...client, groupId: `${topic}-group`, deserializers: stringDeserializers });
  members.push(member);
  const stream = await member.consume({
    topics: [topic], mode: 'committed', fallbackMode: 'earliest', autocommit: true, maxWaitTime: 100,
    sessionTimeout: 30_000, heartbeatInterval: 200, rebalanceTimeout: 30_000,
  });
  stream.on('data', message => seen.push(message.value));
}
const shares = () => members.map(member => (member.assignments ?? []).flatMap(one => one.partitions));
await until('three share', shares, all => areShared(all, 3));

const messages = Array.from({ length: 300 }, (_, number) => ({ topic, key: `k${number}`, value: `${number}`, partition: number % 3 }));
await producer.send({ messages: messages.slice(0, 200) });
// A rebalance that comes between reading and committing brings a record again: a group promises each at least once.
await until('200 are read', () => new Set(seen).size, count => count === 200);

const [leaver] = members.splice(1, 1);
await leaver.close(true);
await until('two share', shares, all => areShared(all, 2));
await producer.send({ messages: messages.slice(200) });
// What the one that left had read and not yet committed comes again to another.
await until('300 are read', () => new Set(seen).size, count => count === 300);

await until('the group has two members', async () => (await admin.describeGroups({ groups: [`${topic}-group`] })).get(`${topic}-group`).members.size,
  count => count === 2);
await Promise.all(members.map(member => member.close(true)));
await admin.deleteGroups({ groups: [`${topic}-group`] });
await admin.deleteTopics({ topics: [topic] });
if ((await admin.listTopics()).includes(topic)) throw new Error('the topic is still there');
await Promise.all([producer.close(), admin.close()]);
console.log(sorted([...new Set(seen)]));
