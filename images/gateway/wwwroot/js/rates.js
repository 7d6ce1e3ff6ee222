// Rates of exchange as they stand: each pair at each source, with its age; what no longer counts is hatched.
import { ask, store } from './store.js';
import { h, say, mark, nothing } from './dom.js';
import { t, age } from './text.js';

const REFRESH_EVERY = 1000;
const MAX_DIGITS = 12;

/** Makes pairs known by name and FIGI, so that charts open on them as on shares; lists of instruments stay those of shares. */
export async function knowPairs() {
  for (const pair of await ask('/api/instruments?pairs=true').catch(() => [])) {
    store.byFigi.set(pair.figi, pair);
    store.byTicker.set(pair.ticker, pair);
  }
}

export function openRates({ app, screen, tools, summary, title }, views) {
  say(title, t('Rates'));
  const counts = h('span.number');
  summary.append(counts);
  tools.append(h('span.grow'), views);
  const body = h('tbody'),
    table = h(
      'table.rates',
      {},
      h('caption.sr', {}, t('Rates')),
      h('thead', {}, h('tr', {}, ['Pair', 'Source', 'Last', 'Bid', 'Ask', 'Age', 'Feed'].map(name => h('th', { scope: 'col' }, t(name))))),
      body,
    ),
    empty = nothing(t('No rates'), t('The service rates collects them; nothing has come yet.'));
  empty.hidden = true;
  screen.append(h('div.ratesbox', { tabindex: '0', role: 'group', 'aria-label': t('Rates') }, table, empty));
  const lines = new Map();
  let filter = '',
    all = [];

  const text = number => (number === null ? '' : number.toLocaleString('en-US', { maximumSignificantDigits: MAX_DIGITS }));

  function line(rate) {
    const key = `${rate.pair}/${rate.source}`;
    if (!lines.has(key)) {
      const cells = Array.from({ length: 7 }, (_, i) => h(i === 0 ? 'th' : `td${i > 1 && i < 6 ? '.number' : ''}`, i === 0 ? { scope: 'row' } : {}));
      const name = h('a', { href: `#/chart/${encodeURIComponent(`${rate.pair}@${rate.source}`)}` });
      cells[0].append(name);
      lines.set(key, { row: h('tr', {}, cells), cells: [name, ...cells.slice(1)] });
    }
    return lines.get(key);
  }

  function draw() {
    const shown = all.filter(rate => !filter || rate.pair.includes(filter));
    for (const rate of shown) {
      const { row, cells } = line(rate);
      mark(row, 'data-feed', rate.fresh ? 'live' : 'stale');
      const values = [rate.pair, rate.source, text(rate.price), text(rate.bid), text(rate.ask), age(rate.ageSeconds * 1000)];
      values.forEach((value, i) => say(cells[i], value));
      say(cells[6], t(rate.fresh ? 'live' : rate.status === 'live' ? 'stale' : rate.status));
    }
    const rows = shown.map(rate => line(rate).row);
    if (rows.length !== body.children.length || rows.some((row, i) => body.children[i] !== row)) body.replaceChildren(...rows);
    empty.hidden = all.length > 0;
    table.hidden = all.length === 0;
    say(counts, t('{0} rates', all.length));
    app.stale(all.filter(rate => !rate.fresh).length);
  }

  async function load() {
    all = await ask('/api/rates').catch(() => all);
    if (all.some(rate => !store.byTicker.has(`${rate.pair}@${rate.source}`))) await knowPairs();
    draw();
  }

  load();
  const timer = setInterval(load, REFRESH_EVERY);
  return {
    filter(wanted) {
      filter = wanted.toLowerCase();
      draw();
    },
    key: () => false,
    close() {
      clearInterval(timer);
      app.stale(0);
    },
  };
}
