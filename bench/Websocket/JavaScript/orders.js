// The same orders and answers as those of our own server: RATE SECONDS, and what it took. A rate of 0 is as fast as the clients take it.
import { createInterface } from 'node:readline';

const MAX_BEHIND = 64 * 1024;

const message = now =>
  '{"time":"2026-11-20T10:00:00Z","main_line":0.397575235651,"signal_line":0.377686107412,"histogram":0.019889128239,'
  + `"figi":"BBG004730N88","ticker":"SBER","interval":"1-min","close":271.35,"final":false,"epoch":${now}}`;

/**
 * Says the port, and then obeys until there are no more orders.
 * @param port Where clients connect.
 * @param clock Gives the nanoseconds of the system's steady clock, which the clients read too.
 * @param send Sends a text to all clients.
 * @param behind Gives the bytes that the client furthest behind has not taken yet.
 */
export function obey({ port, clock, send, behind }) {
  const run = async (rate, seconds) => {
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    let [published, elapsed] = [0, 0];
    const publish = () => { send(message(clock())); published++; };
    while ((elapsed = (performance.now() - began) / 1000) < seconds) {
      if (rate === 0) {
        if (behind() <= MAX_BEHIND) publish();
        await new Promise(setImmediate);
      } else {
        for (const due = Math.floor(elapsed * rate); published < due;) publish();
        const next = began + (published + 1) * 1000 / rate;
        await new Promise(resolve => setTimeout(resolve, Math.max(0, next - performance.now())));
      }
    }
    const used = process.cpuUsage(cpu);
    return { published, seconds: elapsed, cpu: (used.user + used.system) / 1e6 };
  };
  console.log(port);
  const orders = createInterface({ input: process.stdin });
  orders.on('line', async line => console.log(JSON.stringify(await run(...line.split(' ').map(Number)))));
  orders.on('close', () => process.exit(0));
}
