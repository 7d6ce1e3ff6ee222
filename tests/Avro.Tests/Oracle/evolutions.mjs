// Makes random schemas, random evolutions of them and random values. Usage: evolutions.mjs SEED COUNT. For each, answers
// { writer, reader, bytes, expected }: the bytes of a value as the writer writes it, and the same value in the reader's bytes after
// resolution; expected is null where this implementation refuses.
import avro from 'avsc';

let state = Number(process.argv[2]) >>> 0;
const count = Number(process.argv[3]);

// The generator "mulberry32".
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = state;
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}

const below = (limit) => Math.floor(random() * limit);
const oneOf = (list) => list[below(list.length)];
const chance = (part) => random() < part;
const times = (limit, make) => Array.from({ length: below(limit) }, make);

const primitives = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'];
const promotions = {
  int: ['long', 'float', 'double'], long: ['float', 'double'], float: ['double'], string: ['bytes'], bytes: ['string'],
};
// No two branches of a union are of one family: which of them is taken would be a matter of taste.
const family = (type) => ({ int: 'number', long: 'number', float: 'number', double: 'number', string: 'text', bytes: 'text' })[type] ?? type;

let names = 0;
const freshName = (kind) => `${kind}${++names}`;
const symbols = ['A', 'B', 'C', 'D', 'E', 'F'];

function makeSchema(depth) {
  const kinds = ['primitive', 'primitive', 'primitive', 'enum', 'fixed'];
  if (depth < 4)
    kinds.push('record', 'record', 'record', 'array', 'map', 'union', 'list');
  switch (oneOf(kinds)) {
    case 'enum': return { type: 'enum', name: freshName('Enum'), symbols: symbols.slice(0, 1 + below(symbols.length)) };
    case 'fixed': return { type: 'fixed', name: freshName('Fixed'), size: below(6) };
    case 'record': return { type: 'record', name: freshName('Record'), fields: times(6, () => makeField(depth)) };
    case 'array': return { type: 'array', items: makeSchema(depth + 1) };
    case 'map': return { type: 'map', values: makeSchema(depth + 1) };
    case 'union': return makeUnion(depth, times(4, () => makeSchema(depth + 1)));
    case 'list': return makeList(depth);
    default: return oneOf(primitives);
  }
}

const makeField = (depth) => ({ name: freshName('field'), type: makeSchema(depth + 1) });

// A record that holds itself.
function makeList(depth) {
  const name = freshName('List');
  return { type: 'record', name, fields: [makeField(depth), { name: freshName('next'), type: ['null', name] }, makeField(depth)] };
}

const kindOf = (schema) => (Array.isArray(schema) ? 'union' : typeof schema === 'string' ? schema : schema.type);

function makeUnion(_, candidates) {
  const seen = new Set();
  const branches = [];
  for (const candidate of [oneOf(primitives), ...candidates]) {
    const kind = kindOf(candidate);
    const key = ['record', 'enum', 'fixed'].includes(kind) ? candidate.name : family(kind);
    if (kind === 'union' || seen.has(key))
      continue;
    seen.add(key);
    branches.push(candidate);
  }
  return branches;
}

function evolve(schema) {
  const kind = kindOf(schema);
  if (kind === 'union')
    return evolveUnion(schema);
  const evolved = evolveAlone(schema, kind);
  const isReference = typeof schema === 'string' && !primitives.includes(schema);
  if (kind !== 'null' && !isReference && kindOf(evolved) !== 'null' && chance(0.1))
    return chance(0.5) ? ['null', evolved] : [evolved, 'null'];
  return evolved;
}

function evolveAlone(schema, kind) {
  switch (kind) {
    case 'record': return evolveRecord(schema);
    case 'array': return { type: 'array', items: evolve(schema.items) };
    case 'map': return { type: 'map', values: evolve(schema.values) };
    case 'enum': return evolveEnum(schema);
    case 'fixed': return renamed({ ...schema });
    default: return promotions[kind] && chance(0.3) ? oneOf(promotions[kind]) : schema;
  }
}

function evolveUnion(branches) {
  const evolved = branches.map((branch) => evolveAlone(branch, kindOf(branch)));
  if (chance(0.3) && !evolved.some((branch) => kindOf(branch) === 'boolean'))
    evolved.splice(below(evolved.length + 1), 0, 'boolean');
  return evolved;
}

function evolveRecord(schema) {
  const isList = JSON.stringify(schema.fields).includes(`"${schema.name}"`);
  const fields = [];
  for (const field of schema.fields) {
    if (chance(0.15) && !isList)
      continue;
    const evolved = { name: field.name, type: evolve(field.type) };
    if (chance(0.15)) {
      evolved.aliases = [field.name];
      evolved.name = freshName('renamed');
    }
    fields.push(evolved);
  }
  while (chance(0.25)) {
    const type = makeSchema(3);
    fields.push({ name: freshName('added'), type, default: makeDefault(type) });
  }
  if (chance(0.4))
    fields.sort(() => random() - 0.5);
  return isList ? { ...schema, fields } : renamed({ ...schema, fields });
}

function evolveEnum(schema) {
  const kept = schema.symbols.filter(() => chance(0.8));
  const evolved = { ...schema, symbols: [...new Set([...kept, oneOf(symbols)])] };
  if (chance(0.7))
    evolved.default = evolved.symbols[0];
  return renamed(evolved);
}

function renamed(schema) {
  if (!chance(0.1))
    return schema;
  return { ...schema, name: freshName('Renamed'), aliases: [schema.name] };
}

const latin = () => String.fromCharCode(...times(5, () => 32 + below(90)));

// As JSON in a schema; the default of a union is of its first branch.
function makeDefault(schema) {
  switch (kindOf(schema)) {
    case 'null': return null;
    case 'boolean': return chance(0.5);
    case 'int': case 'long': return below(1000) - 500;
    case 'float': case 'double': return below(1000) / 8;
    case 'bytes': case 'string': return latin();
    case 'enum': return oneOf(schema.symbols);
    case 'fixed': return 'x'.repeat(schema.size);
    case 'array': return times(3, () => makeDefault(schema.items));
    case 'map': return Object.fromEntries(times(3, () => [freshName('key'), makeDefault(schema.values)]));
    case 'record': return Object.fromEntries(schema.fields.map((field) => [field.name, makeDefault(field.type)]));
    case 'union': return makeDefault(schema[0]);
    default: return null;
  }
}

function makeValue(schema, depth, known) {
  const kind = kindOf(schema);
  switch (kind) {
    case 'null': return null;
    case 'boolean': return chance(0.5);
    case 'int': return Math.trunc((random() - 0.5) * 2 ** (1 + below(31)));
    case 'long': return Math.trunc((random() - 0.5) * 2 ** (1 + below(52)));
    case 'float': return Math.fround((random() - 0.5) * 1000);
    case 'double': return (random() - 0.5) * 1e9;
    case 'bytes': return Buffer.from(latin());
    case 'string': return latin() + (chance(0.2) ? 'é€𝄞' : '');
    case 'enum': return oneOf(schema.symbols);
    case 'fixed': return Buffer.alloc(schema.size, below(256));
    case 'array': return times(4, () => makeValue(schema.items, depth + 1, known));
    case 'map': return Object.fromEntries(times(4, () => [freshName('key'), makeValue(schema.values, depth + 1, known)]));
    case 'record':
      known = { ...known, [schema.name]: schema };
      return Object.fromEntries(schema.fields.map((field) => [field.name, makeValue(field.type, depth + 1, known)]));
    case 'union': {
      const branch = depth > 12 ? schema[0] : oneOf(schema);
      const name = typeof branch === 'string' ? branch : branch.name ?? branch.type;
      return branch === 'null' ? null : { [name]: makeValue(branch, depth + 1, known) };
    }
    default: return makeValue(known[schema], depth + 1, known);
  }
}

for (let round = 0; round < count; round++) {
  const schema = makeSchema(0);
  const evolved = evolve(schema);
  const writer = avro.Type.forSchema(schema, { wrapUnions: true });
  const reader = avro.Type.forSchema(evolved, { wrapUnions: true });
  const bytes = writer.toBuffer(makeValue(schema, 0, {}));
  let expected = null;
  let refusal;
  try {
    expected = reader.toBuffer(reader.fromBuffer(bytes, reader.createResolver(writer))).toString('hex');
  } catch (error) {
    refusal = error.message;
  }
  console.log(JSON.stringify({ writer: schema, reader: evolved, bytes: bytes.toString('hex'), expected, refusal }));
}
