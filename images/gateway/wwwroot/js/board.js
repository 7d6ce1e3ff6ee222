// All instruments at a glance: a heat map and a table that sorts, fed by one shared frame four times a second.
import { store, INTERVALS, settings, toggleFavourite, changeList } from './store.js';
import { h, say, mark, menu, segments, toggle, nothing } from './dom.js';
import { t, digitsOf } from './text.js';
import { Heat, compare } from './heat.js';
import { openRates } from './rates.js';
import { COLUMNS, valueColumn, makeLine, drawLine } from './boardline.js';

const RESORT_EVERY = 2000;
const AGES_EVERY = 1000;
const MAX_VALUES = 6;
/** Columns without a heading, for who hears the page. */
const UNNAMED = { star: 'Favourites', bar: 'Day %', spark: 'Histogram' };

export function open({ app, screen, tools, summary, title }) {
  const { query } = app.route;
  const interval = query.get('i') ?? '1-min',
    view = query.get('view') ?? 'split';
  let order = query.get('sort') ?? '-volume',
    list = query.get('list') ?? '',
    filter = '';
  const rows = new Map(),
    changed = new Set();
  let shown = [],
    selected = 0,
    isDirty = true,
    frame = 0,
    sortedAt = 0,
    pointerInside = false,
    columns = [];
  say(title, t('Board'));

  const tabs = h('div.tabs', { role: 'tablist', 'aria-label': t('Favourites') }),
    add = h('button.button.plain', { type: 'button', 'aria-label': t('New list'), title: t('New list'), onclick: addList }, '+');
  const views = segments(
    t('Board'),
    [
      ['split', t('Split')],
      ['heat', t('Heat map')],
      ['table', t('Table')],
      ['rates', t('Rates')],
    ],
    view,
    value => app.note({ view: value }, true),
  );
  if (view === 'rates') return openRates({ app, screen, tools, summary, title }, views);
  const counts = h('span.number'),
    balance = h('span.balance', { 'aria-hidden': 'true' }, h('i'), h('i'), h('i'));
  const [ups, downs, flats] = [h('span.number.up'), h('span.number.down'), h('span.number.optional')];
  summary.append(counts, balance, ups, downs, flats);

  // Columns with indicators: each stream is followed beside the board, and only where it is shown.
  const wanted = (query.get('cols') ?? '').split(',').filter(Boolean).slice(0, MAX_VALUES),
    streams = store.about.streams.filter(stream => stream.lines.length > 0),
    values = new Map(wanted.map(id => [id, new Map()]));
  const more = wanted
    .map(id => {
      const [name, line] = [id.slice(0, id.lastIndexOf('.')), id.slice(id.lastIndexOf('.') + 1)];
      const stream = streams.find(one => one.name === name && one.lines.some(known => known.name === line));
      return stream ? valueColumn(stream, line, values.get(id)) : null;
    })
    .filter(Boolean);
  const all = [...COLUMNS, ...more];
  const choice = (stream, line) => {
    const [id, text] = valueColumn(stream, line, new Map());
    return toggle(text, wanted.includes(id), is => {
      const next = is ? [...wanted, id] : wanted.filter(one => one !== id);
      app.note({ cols: next.slice(-MAX_VALUES).join(',') }, true);
    });
  };
  tools.append(
    tabs,
    add,
    h('span.grow'),
    menu(
      t('Columns'),
      streams.flatMap(stream => stream.lines.filter(line => line.style !== 'direction').map(line => choice(stream, line.name))),
    ),
    segments(
      t('Interval'),
      INTERVALS.map(([id, text]) => [id, text, id]),
      interval,
      value => app.note({ i: value }, true),
    ),
    views,
  );

  const openChart = figi => app.go('chart', [rows.get(figi).ticker, interval]);
  const heat = new Heat(openChart, near);
  const by = query.get('by') ?? 'turnover';
  const legend = h(
    'header',
    {},
    h('span', {}, '\u22123%'),
    h(
      'span.scale',
      {},
      [-4, -3, -2, -1, 0, 1, 2, 3, 4].map(step => h('i', { 'data-heat': String(step) })),
    ),
    h('span', {}, '+3%'),
    h('span.grow'),
    segments(
      t('Heat map'),
      [
        ['turnover', t('turnover')],
        ['change', t('change')],
        ['ticker', t('ticker')],
      ],
      by,
      value => app.note({ by: value }, true),
    ),
  );
  const heads = h('div.cells.heads', { role: 'row' }),
    body = h('div.body', { tabindex: '0', role: 'rowgroup' }),
    lines = h('div.rows');
  body.append(lines);
  const table = h('div.table', { role: 'grid', 'aria-label': t('Table') }, heads, body);
  table.style.setProperty('--more', more.map(() => ' minmax(64px, 0.8fr)').join('') || ' ');
  screen.append(h(`div.board.${view}-only`, {}, h('div.heat', {}, legend, heat.element), table));
  const pool = [];

  for (const [id, text, classes, value] of all) {
    const unseen = text ? null : h('span.sr', {}, t(UNNAMED[id] ?? id)),
      head = h(`span${classes ? `.${classes.replace(/^\./, '')}` : ''}`, { role: 'columnheader' }, unseen);
    if (value) head.append(h('button', { type: 'button', onclick: () => sortBy(id) }, t(text)));
    head.dataset.id = id;
    heads.append(head);
  }

  // -- What comes

  const subscription = store.live.subscribe(
    { stream: 'board', interval },
    {
      reset() {
        rows.clear();
        changed.clear();
        isDirty = true;
      },
      columns(names) {
        columns = names;
      },
      rows(arrays) {
        for (const array of arrays) take(array);
        later();
      },
    },
  );

  function take(array) {
    const figi = array[0];
    isDirty ||= !rows.has(figi);
    if (array.length === 1) {
      rows.delete(figi);
      isDirty = true;
      return;
    }
    const before = rows.get(figi),
      row = Object.fromEntries(columns.map((name, i) => [name, array[i]])),
      known = store.byFigi.get(figi);
    row.ticker = known?.ticker ?? figi;
    row.name = known?.name ?? '';
    row.digits = known ? digitsOf(known.step) : 2;
    row.turn = before && row.last !== before.last ? (row.last > before.last ? 'up' : 'down') : '';
    rows.set(figi, row);
    changed.add(figi);
  }

  const follow = name => {
    let names = [];
    return store.live.subscribe(
      { stream: 'board', interval, values: name },
      {
        columns(all) {
          names = all;
        },
        rows(arrays) {
          for (const array of arrays) {
            for (const [i, column] of names.entries()) values.get(`${name}.${column}`)?.set(array[0], array[i] ?? null);
            changed.add(array[0]);
          }
          later();
        },
      },
    );
  };
  const beside = [...new Set(more.map(([id]) => id.slice(0, id.lastIndexOf('.'))))].map(follow);

  function later() {
    if (!frame && !document.hidden) frame = requestAnimationFrame(draw);
  }

  function draw() {
    frame = 0;
    const began = performance.now();
    if (isDirty || (began - sortedAt > RESORT_EVERY && !pointerInside && changed.size > 0)) arrange();
    for (const figi of changed) heat.draw(rows.get(figi));
    drawLines(changed);
    changed.clear();
    count();
    app.measure(performance.now() - began);
  }

  function arrange() {
    isDirty = false;
    sortedAt = performance.now();
    const [, , , value] = all.find(([id]) => id === order.replace(/^-/, '')) ?? COLUMNS[1];
    const way = order.startsWith('-') ? -1 : 1,
      only = list ? new Set(store.lists.find(one => one.name === list)?.figis ?? []) : null;
    const keepSelected = shown[selected]?.figi;
    const inside = [...rows.values()].filter(row => (!only || only.has(row.figi)) && matches(row));
    shown = inside.sort((a, b) => compare(value(a), value(b)) * way || compare(a.ticker, b.ticker));
    selected = Math.max(
      0,
      shown.findIndex(row => row.figi === keepSelected),
    );
    lines.style.height = `${shown.length * rowHeight()}px`;
    mark(table, 'aria-rowcount', String(shown.length));
    heat.arrange(shown, by);
    for (const row of rows.values()) changed.add(row.figi);
    drawTabs();
    for (const head of heads.children) {
      if (head.dataset.id === order.replace(/^-/, '')) mark(head, 'aria-sort', way > 0 ? 'ascending' : 'descending');
      else head.removeAttribute('aria-sort');
    }
  }

  const matches = row => !filter || row.ticker.toLowerCase().includes(filter) || row.name.toLowerCase().includes(filter);
  const rowHeight = () => (settings.density === 'roomy' ? 32 : 24);

  function near(figi, is) {
    heat.highlight(figi, is);
    pool.find(line => line.figi === figi)?.element.classList.toggle('near', is);
  }

  // -- Table: only the rows in view exist

  function newLine() {
    const line = makeLine({
      star: figi => toggleFavourite(figi).then(again),
      open: openChart,
      near,
      more,
    });
    lines.append(line.element);
    return line;
  }

  function again() {
    isDirty = true;
    later();
  }

  function drawLines(which) {
    const height = rowHeight(),
      first = Math.max(0, Math.floor(body.scrollTop / height) - 2),
      count = Math.min(shown.length - first, Math.ceil(size.body / height) + 4);
    while (pool.length < count) pool.push(newLine());
    pool.forEach((line, i) => {
      const row = i < count ? shown[first + i] : null;
      line.element.hidden = !row;
      if (!row) {
        line.figi = '';
        return;
      }
      const isNew = line.figi !== row.figi,
        fresh = rows.get(row.figi) ?? row;
      if (line.index !== first + i) {
        line.index = first + i;
        line.element.style.transform = `translateY(${line.index * height}px)`;
        mark(line.element, 'aria-rowindex', String(line.index + 1));
      }
      mark(line.element, 'aria-selected', String(line.index === selected));
      if (!isNew && !which.has(row.figi)) return;
      line.figi = row.figi;
      drawLine(line, fresh, isNew);
    });
  }

  // -- Lists, sums, sorting

  function drawTabs() {
    const tab = (name, text, n) =>
      h(
        'button',
        {
          type: 'button',
          role: 'tab',
          'aria-selected': String(name === list),
          onclick: () => {
            list = name;
            app.note({ list: name });
            isDirty = true;
            later();
          },
        },
        text,
        h('span.count', {}, String(n)),
      );
    tabs.replaceChildren(
      tab('', t('All'), rows.size),
      ...store.lists.map(one => tab(one.name, t(one.name), one.figis.length)),
    );
  }

  function addList() {
    const name = prompt(t('Name'))?.trim();
    if (!name || store.lists.some(one => one.name === name)) return;
    const figis = shown.filter(() => filter).map(row => row.figi);
    store.lists.push({ name, figis: [], version: 0 });
    changeList(name, known => [...new Set([...known, ...figis])]);
    isDirty = true;
    later();
  }

  function count() {
    const all = [...rows.values()],
      up = all.filter(row => row.dayChange > 0).length,
      down = all.filter(row => row.dayChange < 0).length;
    say(counts, t('{0} instruments', all.length));
    say(ups, t('{0} up', up));
    say(downs, t('{0} down', down));
    say(flats, t('{0} unchanged', all.length - up - down));
    [
      ['var(--up)', up],
      ['var(--edge)', all.length - up - down],
      ['var(--down)', down],
    ].forEach(([color, n], i) => {
      balance.children[i].style.cssText = `background:${color};flex:${n || 0.001}`;
    });
    app.stale(all.filter(row => row.feed === 'stale').length);
  }

  function sortBy(id) {
    order = order === `-${id}` ? id : `-${id}`;
    app.note({ sort: order });
    again();
  }

  const size = { body: 600 };
  const watcher = new ResizeObserver(entries => {
    for (const { target, contentRect } of entries) {
      if (target === heat.element) heat.resize(contentRect.width, contentRect.height);
      else size.body = contentRect.height;
    }
    later();
  });
  watcher.observe(heat.element);
  watcher.observe(body);
  body.onscroll = later;
  table.onpointerenter = () => {
    pointerInside = true;
  };
  table.onpointerleave = () => {
    pointerInside = false;
  };
  const ages = setInterval(() => {
    for (const row of rows.values()) changed.add(row.figi);
    later();
  }, AGES_EVERY);
  if (store.instruments.length === 0) screen.replaceChildren(nothing(t('Nothing found'), t('The gateway is reading the topics: {0}', 'th-config')));

  return {
    filter(text) {
      filter = text.toLowerCase();
      isDirty = true;
      later();
    },
    key(event) {
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        selected = Math.max(0, Math.min(shown.length - 1, selected + (event.key === 'ArrowDown' ? 1 : -1)));
        const top = selected * rowHeight();
        if (top < body.scrollTop) body.scrollTop = top;
        else if (top + rowHeight() > body.scrollTop + size.body) body.scrollTop = top + rowHeight() - size.body;
        later();
      } else if (event.key === 'Enter' && shown[selected]) app.go('chart', [shown[selected].ticker, interval]);
      else if (event.key === 'w' && shown[selected])
        toggleFavourite(shown[selected].figi).then(again);
      else if (event.key === 'v') app.note({ view: { split: 'heat', heat: 'table', table: 'split' }[view] }, true);
      else if (event.key === '[' || event.key === ']') app.note({ i: app.step(interval, event.key) }, true);
      else return false;
      return true;
    },
    close() {
      subscription.close();
      for (const one of beside) one.close();
      watcher.disconnect();
      clearInterval(ages);
      cancelAnimationFrame(frame);
    },
  };
}
