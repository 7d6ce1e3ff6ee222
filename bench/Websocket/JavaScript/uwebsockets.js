// uWebSockets, as bun has it built in.
import { dlopen } from 'bun:ffi';
import { obey } from './orders.js';

const MONOTONIC = 1;
const TOPIC = 'values';

const { symbols: system } = dlopen('libc.so.6', { clock_gettime: { args: ['i32', 'ptr'], returns: 'i32' } });
const instant = new BigInt64Array(2);
const clients = new Set();

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: (request, server) => server.upgrade(request) ? undefined : new Response('a websocket is expected', { status: 400 }),
  websocket: {
    perMessageDeflate: false,
    idleTimeout: 0,
    open: client => { client.subscribe(TOPIC); clients.add(client); },
    close: client => clients.delete(client),
    message: () => {},
  },
});

const publish = process.argv[2] === 'topic'
  ? text => server.publish(TOPIC, text)
  : text => { for (const client of clients) client.send(text); };

obey({
  port: server.port,
  // Its process.hrtime begins with the process; the clients, who are told the instant, know the system's clock.
  clock: () => { system.clock_gettime(MONOTONIC, instant); return instant[0] * 1_000_000_000n + instant[1]; },
  send: publish,
  behind: () => { let most = 0; for (const client of clients) most = Math.max(most, client.getBufferedAmount()); return most; },
});
