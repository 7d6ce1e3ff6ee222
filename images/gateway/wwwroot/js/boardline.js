// One row of the board's table: its columns, its elements, and how they are brought up to date.
import { favourites } from './store.js';
import { h, say, mark, icon } from './dom.js';
import { t, fixed, signed, compact, age, feedText } from './text.js';

/** What a column is called, how wide a table it needs, and what it is sorted by. */
export const COLUMNS = [
  ['star', '', '', null],
  ['ticker', 'Ticker', '', row => row.ticker],
  ['name', 'Name', 'w2', row => row.name],
  ['last', 'Last', 'r', row => row.last],
  ['dayChange', 'Day %', 'r', row => row.dayChange],
  ['bar', '', 'w2', null],
  ['volume', 'Volume', 'r.w2', row => row.volume],
  ['barsSinceCross', 'Cross', 'w2', row => (row.barsSinceCross === null ? null : row.barsSinceCross * Math.sign(row.histogram || 1))],
  ['spark', '', 'w1', null],
  ['histogram', 'Histogram', 'r.w0', row => row.histogram],
  ['written', 'Age', 'r', row => row.written],
  ['feed', 'Feed', '.w1', row => row.feed],
];

/** A column with a line of an indicator; its values come beside the rows. */
export const valueColumn = (stream, line, values) => [
  `${stream.name}.${line}`,
  stream.lines.length > 1 ? `${stream.label} ${line.replaceAll('_', ' ')}` : stream.label,
  'r',
  row => values.get(row.figi) ?? null,
];

/** A row of the table, empty; whoever makes it says what a click and the pointer do. */
export function makeLine({ star: pressStar, open, near, more }) {
  const star = h('button.star', { type: 'button', 'aria-label': t('Favourites') }, icon('star', 14));
  const cells = Object.fromEntries(
    COLUMNS.slice(1).map(([id, , classes]) => [id, h(`span${classes ? `.${classes.replace(/^\./, '')}` : ''}`, { role: 'gridcell' })]),
  );
  for (const id of ['last', 'dayChange', 'volume', 'barsSinceCross', 'histogram', 'written']) cells[id].classList.add('number');
  cells.ticker.classList.add('ticker');
  cells.name.classList.add('name');
  cells.last.classList.add('last');
  cells.written.classList.add('age');
  cells.bar.classList.add('bar');
  cells.bar.append(h('i'));
  cells.feed.append(h('span.dot'));
  const spark = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  spark.classList.add('spark');
  spark.setAttribute('viewBox', '0 0 64 18');
  spark.setAttribute('preserveAspectRatio', 'none');
  for (const kind of ['u', 'd']) {
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('class', kind);
    spark.append(path);
  }
  cells.spark.append(spark);
  const extras = more.map(([, , , value]) => ({ value, cell: h('span.r.number', { role: 'gridcell' }) }));
  const element = h(
    'div.line.cells',
    { role: 'row' },
    h('span', { role: 'gridcell' }, star),
    Object.values(cells),
    extras.map(extra => extra.cell),
  );
  const line = { element, star, cells, spark, extras, figi: '', index: -1 };
  element.onclick = event => (star.contains(event.target) ? pressStar(line.figi) : open(line.figi));
  element.onpointerenter = () => near(line.figi, true);
  element.onpointerleave = () => near(line.figi, false);
  return line;
}

/** Writes what differs. */
export function drawLine({ element, star, cells, spark, extras }, row, isNew) {
  mark(element, 'data-feed', row.feed);
  mark(star, 'aria-pressed', String(favourites().figis.includes(row.figi)));
  say(cells.ticker, row.ticker);
  say(cells.name, row.name);
  say(cells.last, fixed(row.last, row.digits));
  if (row.turn && !isNew) {
    cells.last.classList.remove('flash-up', 'flash-down');
    cells.last.classList.add(`flash-${row.turn}`);
    row.turn = '';
  }
  say(cells.dayChange, signed(row.dayChange, 2));
  cells.dayChange.className = `r number ${row.dayChange > 0 ? 'up' : row.dayChange < 0 ? 'down' : ''}`;
  cells.bar.firstChild.className = row.dayChange < 0 ? 'neg' : '';
  cells.bar.firstChild.style.transform = `scaleX(${Math.min(1, Math.abs(row.dayChange ?? 0) / 3)})`;
  say(cells.volume, compact(row.volume));
  const above = row.histogram >= 0;
  say(cells.barsSinceCross, row.barsSinceCross === null ? '' : `${above ? '▲' : '▼'} ${row.barsSinceCross}`);
  cells.barsSinceCross.className = `w2 number ${row.barsSinceCross === null ? '' : above ? 'up' : 'down'}`;
  say(cells.histogram, row.histogram === null ? '' : signed(row.histogram, Math.min(6, row.digits + 2)));
  drawSpark(spark, row.spark);
  for (const { value, cell } of extras) say(cell, fixed(value(row), Math.min(6, row.digits + 2)));
  say(cells.written, age(Date.now() - row.written));
  cells.feed.firstChild.className = `dot ${row.feed}`;
  say(cells.feed.firstChild, feedText(row.feed));
}

function drawSpark(spark, values) {
  const drawn = values.join();
  if (spark.drawn === drawn) return;
  spark.drawn = drawn;
  const path = is => values.map((value, i) => (value !== 0 && value > 0 === is ? `M${i * 4} 9h3v${-value}h-3z` : '')).join('');
  spark.children[0].setAttribute('d', path(true));
  spark.children[1].setAttribute('d', path(false));
}
