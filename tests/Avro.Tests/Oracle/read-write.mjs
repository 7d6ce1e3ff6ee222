// For each line { schema, bytes }: reads the record, and writes it again. Answers { value, bytes }.
import { createInterface } from 'node:readline';
import avro from 'avsc';
import { bigLong } from './big-long.mjs';

const types = new Map();

function typeOf(schema) {
  if (!types.has(schema))
    types.set(schema, avro.Type.forSchema(JSON.parse(schema), { registry: { long: bigLong }, wrapUnions: false }));
  return types.get(schema);
}

// Longs as text, bytes as the whole number they stand for in a decimal.
function plain(_, value) {
  if (typeof value === 'bigint')
    return value.toString();
  if (value?.type === 'Buffer') {
    const hex = Buffer.from(value.data).toString('hex');
    return BigInt.asIntN(hex.length * 4, BigInt(`0x${hex}`)).toString();
  }
  return value;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { schema, bytes } = JSON.parse(line);
  const type = typeOf(schema);
  const value = type.fromBuffer(Buffer.from(bytes, 'hex'));
  console.log(JSON.stringify({ value, bytes: type.toBuffer(value).toString('hex') }, plain));
}
