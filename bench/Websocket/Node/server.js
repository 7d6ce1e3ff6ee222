// The same orders and answers as those of our own server: RATE SECONDS, and what it took. A rate of 0 is as fast as the clients take it.
import { createInterface } from 'node:readline';
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
const MAX_BEHIND = 64 * 1024;

const publish = () => {
  const text = '{"time":"2026-11-20T10:00:00Z","main_line":0.397575235651,"signal_line":0.377686107412,"histogram":0.019889128239,'
    + '"figi":"BBG004730N88","ticker":"SBER","interval":"1-min","close":271.35,"final":false,"epoch":' + process.hrtime.bigint() + '}';
  for (const client of server.clients) client.send(text);
};

const isBehind = () => {
  for (const client of server.clients) if (client.bufferedAmount > MAX_BEHIND) return true;
  return false;
};

async function run(rate, seconds) {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  let [published, elapsed] = [0, 0];
  while ((elapsed = (performance.now() - began) / 1000) < seconds) {
    if (rate === 0) {
      if (!isBehind()) { publish(); published++; }
      await new Promise(setImmediate);
    } else {
      for (const due = Math.floor(elapsed * rate); published < due; published++) publish();
      await new Promise(resolve => setTimeout(resolve, Math.max(1, 1000 / rate)));
    }
  }
  const used = process.cpuUsage(cpu);
  return { published, seconds: elapsed, cpu: (used.user + used.system) / 1e6 };
}

server.on('listening', () => console.log(server.address().port));
const orders = createInterface({ input: process.stdin });
orders.on('line', async line => console.log(JSON.stringify(await run(...line.split(' ').map(Number)))));
orders.on('close', () => process.exit(0));
