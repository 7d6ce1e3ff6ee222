// A client of StockPipeline's live socket: one connection for any number of series, which comes back by itself and goes on where it was.
//
//   const live = connect('ws://127.0.0.1:8080/api/live');
//   const chart = live.subscribe({ stream: 'candles', figi: 'SBER', interval: '1-min', last: 300 }, {
//     rows(rows) { … },        // the snapshot, then every change; the newest row of a time is the truth
//     removed(row) { … },      // what was said of row.time no longer holds
//     repair(range) { … },     // values of a stretch are about to be replaced: { epoch, from, to }
//     mark(mark) { … },        // the snapshot, or what was missed, is complete
//     reset(why) { … },        // forget all: a snapshot follows
//     refused(code) { … },     // this cannot be subscribed to
//   });
//   chart.close();
//
// Works in browsers and, with { WebSocket } or a global one, in Node.

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
const PING_EVERY = 20_000;
const PONG_LIMIT = 10_000;

/** Codes after which connecting again would not help. */
const FINAL_CODES = new Set([4003, 4004, 4005]);

export const connect = (address, options = {}) => new Live(address, options);

export class Live {
  #address;
  #options;
  #Socket;
  #socket = null;
  #subscriptions = new Map();
  #waiting = [];
  #watchers = new Set();
  #pings = new Map();
  #nextSub = 1;
  #nextId = 1;
  #pause = 0;
  #timer = null;
  #pinger = null;
  #isFlushing = false;
  #state = 'connecting';
  #why = '';
  #again = 0;

  constructor(address, options) {
    this.#address = address;
    this.#options = options;
    this.#Socket = options.WebSocket ?? globalThis.WebSocket;
    this.#open();
  }

  /** connecting, live, waiting (for the next try), refused (no further try), closed. */
  get state() {
    return this.#state;
  }

  /** Why it is not live, and when the next try is due. */
  get why() {
    return { reason: this.#why, again: this.#again };
  }

  /** Calls back whenever the state changes. */
  watch(callback) {
    this.#watchers.add(callback);
    return () => this.#watchers.delete(callback);
  }

  subscribe(wish, handlers) {
    const sub = new Subscription(this.#nextSub++, wish, handlers, () => this.#drop(sub));
    this.#subscriptions.set(sub.number, sub);
    this.#ask(sub);
    return sub;
  }

  /** How long a word takes there and back, and what time it is at the market. */
  ping() {
    if (this.#state !== 'live') return Promise.reject(new Error('not connected'));
    const id = this.#nextId++,
      sent = performance.now();
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        this.#pings.delete(id);
        reject(new Error('no answer'));
      }, PONG_LIMIT);
      this.#pings.set(id, {
        answer: pong => {
          clearTimeout(limit);
          resolve({ took: performance.now() - sent, market: Date.parse(pong.market) });
        },
      });
      this.#send({ id, op: 'ping' });
    });
  }

  /** Tries again at once. */
  retry() {
    if (this.#state !== 'waiting' && this.#state !== 'refused') return;
    clearTimeout(this.#timer);
    this.#open();
  }

  close() {
    this.#say('closed', '');
    clearTimeout(this.#timer);
    clearInterval(this.#pinger);
    this.#socket?.close(1000);
    this.#socket = null;
  }

  #open() {
    this.#say('connecting', this.#why);
    const socket = (this.#socket = this.#options.headers
      ? new this.#Socket(this.#address, { headers: this.#options.headers })
      : new this.#Socket(this.#address));
    socket.onopen = () => {
      this.#say('live', '');
      this.#waiting = [...this.#subscriptions.values()];
      this.#flush();
      clearInterval(this.#pinger);
      this.#pinger = setInterval(() => this.ping().catch(() => this.#lost(socket, 1006, 'no answer')), PING_EVERY);
    };
    socket.onmessage = event => {
      if (socket !== this.#socket) return;
      this.#pause = 0;
      this.#take(JSON.parse(event.data));
    };
    socket.onclose = event => this.#lost(socket, event.code, event.reason);
    socket.onerror = () => {};
  }

  #lost(socket, code, reason) {
    if (socket !== this.#socket || this.#state === 'closed') return;
    this.#socket = null;
    clearInterval(this.#pinger);
    socket.onmessage = null;
    socket.close();
    const why = reason || `code ${code}`;
    if (FINAL_CODES.has(code)) {
      this.#say('refused', why);
      return;
    }
    // Everybody was sent away at once: everybody comes back at a time of their own.
    this.#pause = Math.min(LONGEST_PAUSE, Math.max(FIRST_PAUSE, this.#pause * 2));
    const wait = FIRST_PAUSE / 2 + (this.#options.random ?? Math.random)() * this.#pause;
    this.#again = Date.now() + wait;
    this.#say('waiting', why);
    this.#timer = setTimeout(() => this.#open(), wait);
  }

  #ask(sub) {
    this.#waiting.push(sub);
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(() => {
      this.#isFlushing = false;
      this.#flush();
    });
  }

  #flush() {
    if (this.#state !== 'live') return;
    const subs = this.#waiting.filter(sub => this.#subscriptions.get(sub.number) === sub);
    this.#waiting = [];
    for (const sub of subs) sub.begin();
    if (subs.length > 0) this.#send({ id: this.#nextId++, op: 'subscribe', subs: subs.map(sub => sub.wish()) });
  }

  #drop(sub) {
    if (!this.#subscriptions.delete(sub.number)) return;
    if (this.#state === 'live' && !this.#waiting.includes(sub)) this.#send({ id: this.#nextId++, op: 'unsubscribe', subs: [sub.number] });
  }

  #send(command) {
    this.#socket?.send(JSON.stringify(command));
  }

  #take(message) {
    const objects = Array.isArray(message) ? message : [message];
    for (let at = 0; at < objects.length;) {
      const first = objects[at],
        sub = this.#subscriptions.get(first.sub);
      if (first.sub === undefined) this.#note(first);
      if (!sub || first.type !== undefined) {
        if (sub) sub.take(first);
        at++;
        continue;
      }
      // Rows that come together are handed over together.
      let end = at + 1;
      while (end < objects.length && objects[end].sub === first.sub && objects[end].type === undefined) end++;
      sub.rows(objects.slice(at, end));
      at = end;
    }
  }

  #note(message) {
    if (message.type === 'pong') {
      this.#pings.get(message.id)?.answer(message);
      this.#pings.delete(message.id);
    }
    for (const { sub, code } of message.errors ?? []) {
      const refused = this.#subscriptions.get(sub);
      if (!refused || code === 'unknown-sub') continue;
      this.#subscriptions.delete(sub);
      refused.handlers.refused?.(code);
    }
  }

  #say(state, why) {
    this.#state = state;
    this.#why = why;
    for (const watcher of this.#watchers) watcher(this);
  }
}

/** One series, all series of an interval, or a board. */
class Subscription {
  #wish;
  #position = null;
  #isOpen = false;
  #close;

  constructor(number, wish, handlers, close) {
    this.number = number;
    this.handlers = handlers;
    this.#wish = wish;
    this.#close = close;
  }

  /** Cut off before its first mark it begins anew: what came of the snapshot may no longer hold. */
  begin() {
    if (this.#isOpen && !this.#position) this.handlers.reset?.('cut off', undefined);
    this.#isOpen = true;
  }

  wish() {
    return { sub: this.number, ...this.#wish, ...(this.#position ? { pos: this.#position } : {}) };
  }

  rows(objects) {
    if (objects[0].rows) for (const one of objects) this.handlers.rows?.(one.rows);
    else this.handlers.rows?.(objects);
  }

  take(message) {
    switch (message.type) {
      case 'mark':
        this.#position = message.pos;
        this.handlers.mark?.(message);
        break;
      case 'reset':
        this.#position = null;
        this.handlers.reset?.(message.reason, message.figi);
        break;
      case 'board':
        this.handlers.reset?.('', undefined);
        this.handlers.columns?.(message.columns);
        break;
      default:
        this.handlers[message.type]?.(message);
    }
  }

  close() {
    this.#close();
  }
}
