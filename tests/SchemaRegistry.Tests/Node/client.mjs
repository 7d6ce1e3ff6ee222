// Usage: client.mjs URL. For each line { message } reads our record and writes it again: answers { value, message }. For each line
// { subject, schema, value } registers the schema, and writes the value by it: answers { id, message }.
import { createInterface } from 'node:readline';
import registryPackage from '@kafkajs/confluent-schema-registry';

const { SchemaRegistry, SchemaType } = registryPackage;
const registry = new SchemaRegistry({ host: process.argv[2] });

// Bytes of a decimal as the whole number they stand for.
function plain(_, value) {
  if (value?.type === 'Buffer') {
    const hex = Buffer.from(value.data).toString('hex');
    return BigInt.asIntN(hex.length * 4, BigInt(`0x${hex}`)).toString();
  }
  return value;
}

async function readAndWrite({ message }) {
  const bytes = Buffer.from(message, 'hex');
  const value = await registry.decode(bytes);
  const again = await registry.encode(bytes.readInt32BE(1), value);
  return { value, message: again.toString('hex') };
}

async function registerAndWrite({ subject, schema, value }) {
  const { id } = await registry.register({ type: SchemaType.AVRO, schema }, { subject });
  return { id, message: (await registry.encode(id, value)).toString('hex') };
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  console.log(JSON.stringify(request.message ? await readAndWrite(request) : await registerAndWrite(request), plain));
}
