// The broadcaster that most would write, on node.
import { WebSocketServer } from 'ws';
import { obey } from './orders.js';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });

server.on('listening', () => obey({
  port: server.address().port,
  clock: () => process.hrtime.bigint(),
  send: text => { for (const client of server.clients) client.send(text); },
  behind: () => { let most = 0; for (const client of server.clients) most = Math.max(most, client.bufferedAmount); return most; },
}));
