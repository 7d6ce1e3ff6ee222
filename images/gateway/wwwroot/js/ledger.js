// How complete each instrument is, day by day; each cell opens its holes.
import { INTERVALS, ask, send, marketNow } from './store.js';
import { h, say, segments, nothing, icon, toast } from './dom.js';
import { newest } from './newest.js';
import { t, fixed, moment, minute, dayMonth, weekday } from './text.js';

const REFRESH_EVERY = 10_000;
const CELL = 40;

export function open({ app, screen, tools, summary, title }) {
  const { query } = app.route,
    interval = query.get('i') ?? '1-min';
  const [askDays, askHoles] = [newest(), newest()];
  let filter = '',
    rows = [],
    opened = query.get('cell'),
    fill = () => {};
  say(title, t('Ledger'));
  const total = h('span.number'),
    holes = h('span.number.warn');
  summary.append(total, holes);
  tools.append(
    segments(
      t('Interval'),
      INTERVALS.map(([id, text]) => [id, text, id]),
      interval,
      value => app.note({ i: value }, true),
    ),
  );
  const table = h('table', { role: 'grid', 'aria-label': t('Ledger') }),
    days = h('div.days', { tabindex: '0' }, table),
    sheet = h('aside.sheet', { hidden: true });
  screen.append(h('div.ledger', {}, days, sheet));
  table.append(h('caption.sr', {}, t('Loading')));

  async function load() {
    const count = Math.max(7, Math.min(60, Math.floor((days.clientWidth - 110) / CELL)));
    try {
      await askDays(
        () => ask(`/api/completeness?interval=${interval}&days=${count}`),
        answer => {
          rows = answer;
          draw();
        },
      );
    } catch (refused) {
      table.replaceChildren(nothing(t('Ledger'), refused.message, h('button.button', { type: 'button', onclick: load }, t('Try again'))));
    }
  }

  function stateOf(day) {
    if (day.expected === 0) return 'none';
    if (day.lost > 0) return 'lost';
    if (day.open > 0 && day.percent < 100) return day.percent >= 99 ? 'requested' : day.percent >= 95 ? 'some' : 'few';
    if (day.percent === null || day.percent >= 100) return day.provenEmpty > day.present ? 'empty' : 'complete';
    return day.percent >= 99 ? 'some' : 'few';
  }

  function draw() {
    const shown = rows.filter(row => !filter || row.ticker.toLowerCase().includes(filter));
    if (rows.length === 0) {
      table.replaceChildren();
      days.append(nothing(t('Nothing found'), ''));
      return;
    }
    const head = h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', { scope: 'col' }, h('span.sr', {}, t('Ticker'))),
        rows[0].days.map(day => {
          const at = Date.parse(`${day.date}T12:00:00Z`);
          return h('th', { scope: 'col', title: `${weekday(at)} ${dayMonth(at)}` }, String(Number(day.date.slice(8))));
        }),
      ),
    );
    const body = h(
      'tbody',
      {},
      shown.map(row =>
        h(
          'tr',
          { role: 'row' },
          h('th', { scope: 'row' }, row.ticker),
          row.days.map(day => {
            const state = stateOf(day),
              cell = `${row.ticker}~${day.date}`;
            const text =
              state === 'none'
                ? '·'
                : state === 'complete' || state === 'empty'
                  ? ''
                  : state === 'lost'
                    ? String(day.lost)
                    : String(Math.floor(day.percent));
            return h(
              'td',
              {},
              h(
                'button.day.mono',
                {
                  type: 'button',
                  'data-state': state,
                  'data-cell': cell,
                  'aria-expanded': String(cell === opened),
                  'aria-label': `${row.ticker} ${day.date}: ${state === 'none' ? t('no session') : `${day.percent}%`}`,
                  title: state === 'none' ? t('no session') : `${day.present + day.provenEmpty} / ${day.expected}, ${fixed(day.percent, 2)}%`,
                  onclick: () => show(row, day, cell),
                },
                text,
              ),
            );
          }),
        ),
      ),
    );
    const focused = document.activeElement?.dataset?.cell;
    table.replaceChildren(head, body);
    if (focused) table.querySelector(`[data-cell="${CSS.escape(focused)}"]`)?.focus();
    const [expected, there] = rows.reduce(([a, b], row) => [a + row.expected, b + row.present + row.provenEmpty], [0, 0]);
    say(total, expected ? `${fixed(Math.min(100, (there / expected) * 100), 2)}% ${t('complete')}` : '');
    const open = rows.reduce((sum, row) => sum + row.open + row.lost, 0);
    say(holes, open ? `${open} ${t('open')}` : '');
    if (!opened) return;
    const [ticker, date] = opened.split('~'),
      row = rows.find(one => one.ticker === ticker),
      day = row?.days.find(one => one.date === date);
    if (day && sheet.hidden) show(row, day, opened);
    else if (day) fill(row, day);
  }

  /** Opens the record of a day; what is in it is kept up to date as long as it is open. */
  function show(row, day, cell) {
    opened = cell;
    app.note({ cell });
    for (const button of table.querySelectorAll('.day')) button.setAttribute('aria-expanded', String(button.dataset.cell === cell));
    sheet.hidden = false;
    const counts = h('dl'),
      list = h('ul.holes');
    sheet.replaceChildren(
      h(
        'h2',
        {},
        `${row.ticker} · ${dayMonth(Date.parse(`${day.date}T12:00:00Z`))}`,
        h('span.grow'),
        h('button', { type: 'button', 'aria-label': t('Close'), onclick: close }, icon('close', 16)),
      ),
      counts,
      list,
      h(
        'p',
        {},
        h('button.button', { type: 'button', onclick: () => app.go('chart', [row.ticker, interval]) }, t('Chart')),
        ' ',
        h('button.button.fetch', { type: 'button', onclick: event => fetchDay(event.currentTarget, row, day) }, t('Fetch')),
      ),
    );
    fill = (row, day) => {
      counts.replaceChildren(...countsOf(day));
      askHoles(
        () => ask(`/api/gaps?figi=${row.figi}&interval=${interval}&limit=1000`),
        gaps => list.replaceChildren(...holesOf(day, gaps.rows)),
      ).catch(refused => list.replaceChildren(h('li', { 'data-state': 'lost' }, refused.message)));
    };
    fill(row, day);
  }

  const countsOf = day =>
    [
      ['expected', day.expected],
      ['present', day.present],
      ['proven empty', day.provenEmpty],
      ['open', day.open],
      ['lost', day.lost],
      ['complete %', day.percent === null ? '' : fixed(day.percent, 2)],
    ].flatMap(([name, value]) => [h('dt', {}, t(name)), h('dd', {}, String(value))]);

  function holesOf(day, gaps) {
    const from = Date.parse(`${day.date}T00:00:00Z`),
      inside = gaps.filter(gap => gap.state !== 'filled' && Date.parse(gap.to) > from && Date.parse(gap.from) < from + 864e5);
    const nothingOpen = day.expected === 0 ? 'no session' : 'The day is complete or proven empty.';
    if (inside.length === 0) return [h('li', { 'data-state': 'empty' }, t(nothingOpen))];
    return inside.map(gap =>
      h(
        'li',
        { 'data-state': gap.state },
        h('b.number', {}, `${moment(Date.parse(gap.from))}–${minute(Date.parse(gap.to))}`),
        h('div', {}, t(gap.state)),
        h('div.quiet', {}, t('{0} candles missing, asked {1} times', gap.missing, gap.attempts)),
      ),
    );
  }

  /** Has history asked for the whole day, as a task that ends when the ledger has its answer. */
  async function fetchDay(button, row, day) {
    button.disabled = true;
    const from = `${day.date}T00:00:00Z`,
      to = new Date(Math.min(Date.parse(from) + 864e5, marketNow())).toISOString();
    try {
      await send('POST', '/api/tasks', { type: 'backfill', params: { instrument: row.figi, interval, from, to } });
      toast(t('Asked for'), `${row.ticker} ${interval}, ${dayMonth(Date.parse(from))}`);
    } catch (refused) {
      toast(t('Fetch'), refused.message);
    }
    button.disabled = false;
  }

  function close() {
    const cell = opened;
    opened = null;
    sheet.hidden = true;
    app.note({ cell: null });
    const button = table.querySelector(`[data-cell="${CSS.escape(cell)}"]`);
    button?.setAttribute('aria-expanded', 'false');
    button?.focus();
  }

  requestAnimationFrame(load);
  const timer = setInterval(load, REFRESH_EVERY);
  return {
    filter(text) {
      filter = text.toLowerCase();
      draw();
    },
    key(event) {
      if (event.key === 'Escape' && !sheet.hidden) close();
      else if (event.key === '[' || event.key === ']') app.note({ i: app.step(interval, event.key) }, true);
      else return false;
      return true;
    },
    close() {
      clearInterval(timer);
    },
  };
}
