// A datafeed for charts that take TradingView's IDatafeedChartApi: bars by the gateway's UDF endpoints, live bars over its socket.
//
//   import { Datafeed } from './datafeed.js';
//   new TradingView.widget({ datafeed: new Datafeed('http://127.0.0.1:8080'), symbol: 'SBER', interval: '1', … });
//
// Times of bars are milliseconds, as such charts want them.
import { connect } from './live.js';

const INTERVALS = { 1: '1-min', 5: '5-min', 15: '15-min', 30: '30-min', 60: '1-hour', 240: '4-hour', D: '1-day', '1D': '1-day' };

const barOf = row => ({ time: Date.parse(row.time), open: row.open, high: row.high, low: row.low, close: row.close, volume: row.volume });

export class Datafeed {
  #base;
  #live;
  #options;
  #followed = new Map();

  /** Where the gateway is; options are those of connect() in live.js, and fetch. */
  constructor(base, options = {}) {
    this.#base = base.replace(/\/$/, '');
    this.#options = options;
  }

  onReady(callback) {
    this.#ask('/config').then(callback);
  }

  searchSymbols(query, exchange, type, found) {
    this.#ask('/search', { query, exchange, type, limit: 30 }).then(found, () => found([]));
  }

  resolveSymbol(name, resolved, failed) {
    this.#ask('/symbols', { symbol: name }).then(
      symbol => (symbol.s === 'error' ? failed(symbol.errmsg) : resolved(symbol)),
      refused => failed(refused.message),
    );
  }

  getBars(symbol, resolution, { from, to, countBack }, loaded, failed) {
    this.#ask('/history', { symbol: symbol.ticker ?? symbol.name, resolution, from, to, countback: countBack }).then(
      ({ s, errmsg, nextTime, t, o, h, l, c, v }) => {
        if (s === 'error') return failed(errmsg);
        if (s === 'no_data') return loaded([], { noData: nextTime === undefined, nextTime: nextTime && nextTime * 1000 });
        loaded(
          t.map((time, i) => ({ time: time * 1000, open: o[i], high: h[i], low: l[i], close: c[i], volume: v[i] })),
          { noData: false },
        );
      },
      refused => failed(refused.message),
    );
  }

  getServerTime(callback) {
    this.#ask('/time').then(callback);
  }

  getMarks(symbol, from, to, marked, resolution) {
    this.#ask('/marks', { symbol: symbol.ticker ?? symbol.name, from, to, resolution }).then(marked, () => marked([]));
  }

  /** Each bar as it changes; an older one that was corrected asks the chart to forget what it has and load it again. */
  subscribeBars(symbol, resolution, changed, id, forget) {
    const interval = INTERVALS[resolution];
    if (!interval) return;
    this.#live ??= connect(`${this.#base.replace(/^http/, 'ws')}/api/live`, this.#options);
    let newest = 0;
    const again = () => {
      forget?.();
      newest = 0;
    };
    const stream = this.#live.subscribe(
      { stream: 'candles', figi: symbol.ticker ?? symbol.name, interval, last: 1 },
      {
        rows(rows) {
          const bars = rows.map(barOf).sort((one, other) => one.time - other.time);
          if (bars.some(bar => bar.time < newest)) again();
          for (const bar of bars.filter(one => one.time >= newest)) {
            newest = bar.time;
            changed(bar);
          }
        },
        removed: again,
        reset: again,
      },
    );
    this.#followed.set(id, stream);
  }

  unsubscribeBars(id) {
    this.#followed.get(id)?.close();
    this.#followed.delete(id);
    if (this.#followed.size > 0) return;
    this.#live?.close();
    this.#live = undefined;
  }

  async #ask(path, query = {}) {
    const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined && value !== null));
    const answer = await (this.#options.fetch ?? globalThis.fetch)(`${this.#base}/udf${path}?${asked}`);
    if (!answer.ok) throw new Error(`The gateway answered ${answer.status}.`);
    return path === '/time' ? Number(await answer.text()) : answer.json();
  }
}
