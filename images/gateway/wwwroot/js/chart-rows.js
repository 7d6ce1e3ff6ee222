// What a chart shows: its streams as the socket tells them, older rows a page at a time, and the holes of the ledger.
import { store, ask } from './store.js';
import { newest } from './newest.js';
import { SeriesRows } from './series-rows.js';

const FIRST_ROWS = 600;
const MORE_ROWS = 500;
const PAGE_ROWS = 5000;
const MAX_PAGES = 20;
const REST_AFTER_REFUSAL = 2000;
const FIRST_HOLES_AFTER = 600;
const HOLES_AFTER_REPAIR = 500;
const HOLES_EVERY = 5000;

export const seconds = time => Date.parse(time) / 1000;
const instant = time => new Date(time * 1000).toISOString();
const pairs = rows => rows.map(row => [seconds(row.time), row]);

export class ChartRows {
  #plot;
  #figi;
  #interval;
  #heard;
  #series = new Map();
  #subscriptions = new Map();
  #askHoles = newest();
  #next = undefined;
  #work = null;
  #restsUntil = 0;
  #isClosed = false;
  #timers = [];

  /** @param heard is told what came: rows, mark, repair, holes, loading, refused */
  constructor(plot, figi, interval, heard) {
    this.#plot = plot;
    this.#figi = figi;
    this.#interval = interval;
    this.#heard = heard;
    this.#timers.push(setTimeout(() => this.askHoles(), FIRST_HOLES_AFTER), setInterval(() => this.askHoles(), HOLES_EVERY));
  }

  /** Follows the candles and these streams, and no others. */
  follow(names) {
    this.#begin('candles', this.#plot.candles);
    for (const name of [...this.#subscriptions.keys()].filter(one => one !== 'candles' && !names.includes(one))) {
      this.#subscriptions.get(name).close();
      for (const known of [this.#subscriptions, this.#series, this.#plot.values]) known.delete(name);
    }
    for (const name of names) {
      if (!this.#plot.values.has(name)) this.#plot.values.set(name, new Map());
      this.#begin(name, this.#plot.values.get(name));
    }
  }

  #begin(name, rows) {
    if (this.#subscriptions.has(name)) return;
    const series = new SeriesRows(rows),
      plot = this.#plot;
    let isWhole = false;
    this.#series.set(name, series);
    const handlers = {
      rows: all => {
        for (const row of all) if (series.hear(seconds(row.time), row)) plot.touch(seconds(row.time));
        this.#heard.rows(name, all);
      },
      removed: row => series.hear(seconds(row.time), null) && plot.touch(seconds(row.time), true),
      reset: () => {
        isWhole = false;
        series.reset();
        if (name === 'candles') this.#next = undefined;
        plot.refresh();
      },
      repair: range => {
        this.#heard.repair(range);
        this.#timers.push(setTimeout(() => this.askHoles(), HOLES_AFTER_REPAIR));
      },
      mark: () => {
        this.#heard.mark(name);
        if (isWhole) return;
        isWhole = true;
        if (rows.size < FIRST_ROWS) return;
        series.startAt(Math.min(...rows.keys()));
        this.#fill(name, series);
      },
    };
    this.#subscriptions.set(name, store.live.subscribe({ stream: name, figi: this.#figi, interval: this.#interval, last: FIRST_ROWS }, handlers));
  }

  /** Older rows of all streams, a page at a time; does nothing while it is at it, or where there are none. */
  more() {
    const candles = this.#series.get('candles');
    if (this.#work || this.#next === null || candles.rows.size === 0 || Date.now() < this.#restsUntil) return;
    const series = [...this.#series],
      beginnings = series.map(([, one]) => one.beginning),
      place = series.findIndex(([name]) => name === 'candles');
    const isStill = i => this.#series.get(series[i][0]) === series[i][1] && series[i][1].beginning === beginnings[i];
    const oldest = candles.oldest;
    // From here on what the socket tells of older rows waits for the answer.
    for (const [, one] of series) one.startAt(oldest);
    this.#do(async () => {
      const to = instant(oldest);
      const answers = await Promise.all(series.map(([name]) => ask(this.#path(name, `to=${to}&last=${MORE_ROWS}`))));
      if (this.#isClosed || !isStill(place)) return;
      const { rows, next } = answers[place],
        from = next === null || rows.length === 0 ? -Infinity : seconds(rows[0].time);
      this.#next = next;
      series.forEach(([, one], i) => isStill(i) && one.take(pairs(answers[i].rows), from));
      if (rows.length > 0) this.#plot.refresh();
      await this.askHoles();
    });
  }

  /** A stream that was switched on after older candles had come has its own fetched. */
  #fill(name, series) {
    const candles = this.#series.get('candles'),
      beginning = series.beginning;
    if (name === 'candles' || candles.rows.size === 0 || candles.oldest >= series.oldest) return;
    const before = this.#work ?? Promise.resolve();
    this.#do(async () => {
      await before.catch(() => {});
      const [from, to] = [candles.oldest, series.oldest],
        found = [];
      for (let page = 0, cursor = ''; cursor !== null && page < MAX_PAGES; page++) {
        const { rows, next } = await ask(this.#path(name, `from=${instant(from)}&to=${instant(to)}&last=${PAGE_ROWS}${cursor}`));
        found.push(...rows);
        cursor = next && `&cursor=${next}`;
      }
      if (this.#isClosed || this.#series.get(name) !== series || series.beginning !== beginning) return;
      series.take(pairs(found), from);
      this.#plot.refresh();
    });
  }

  async #do(work) {
    const mine = (this.#work = work());
    this.#heard.loading(true);
    try {
      await mine;
    } catch (refused) {
      this.#restsUntil = Date.now() + REST_AFTER_REFUSAL;
      if (!this.#isClosed) this.#heard.refused(refused);
    }
    if (this.#work !== mine) return;
    this.#work = null;
    this.#heard.loading(false);
  }

  #path = (name, query) => `/api/${name === 'candles' ? name : `values/${name}`}/${this.#figi}/${this.#interval}?${query}`;

  /** Asks the ledger for the holes of what is shown; those that are known stay where it does not answer. */
  async askHoles() {
    const { candles } = this.#plot;
    if (this.#isClosed || candles.size === 0) return;
    const from = instant(this.#series.get('candles').oldest);
    await this.#askHoles(
      () => ask(this.#path('candles', `from=${from}&last=0`)),
      ({ open }) => this.#isClosed || this.#heard.holes(open.map(hole => ({ ...hole, from: seconds(hole.from), to: seconds(hole.to) }))),
    ).catch(() => {});
  }

  close() {
    this.#isClosed = true;
    for (const one of this.#subscriptions.values()) one.close();
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
