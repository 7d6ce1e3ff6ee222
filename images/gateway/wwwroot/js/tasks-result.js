// What came of a task: a table, a chart, a file to download, or why there is nothing.
import { createChart, CandlestickSeries, HistogramSeries, LineSeries } from '../vendor/lightweight-charts.standalone.production.mjs';
import { ask, send, store } from './store.js';
import { h, say, segments, token, faded, toast, nothing } from './dom.js';
import { t, age, fixed, compact, minute, moment, dayMonth, clock } from './text.js';
import { about, isOpen, stateOf } from './tasks.js';

const SHOWN_ROWS = 500;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
/** Columns that say the same in every row, or are for programs. */
const HIDDEN = new Set(['figi']);

export function resultPane({ retry }) {
  const element = h('section.result', { 'aria-label': t('Result') });
  let chart = null,
    look = 'table',
    shown = null,
    state = null;

  function show(task) {
    shown = task?.id ?? null;
    state = task?.state;
    release();
    if (!task) {
      element.replaceChildren(nothing(t('No task chosen'), t('Choose one in the list; its result is shown here.')));
      return;
    }
    element.replaceChildren(head(task));
    if (isOpen(task)) element.append(h('p.quiet.wait', {}, t('The result is shown here when it comes, and in every other tab.')));
    else if (task.state === 'failed') element.append(failure(task));
    else if (task.state === 'cancelled') element.append(nothing(t('cancelled'), t('Nothing was kept. Retry starts it from the beginning.')));
    else if (task.file && task.file.contentType !== 'application/json') element.append(file(task));
    else load(task);
  }

  function head(task) {
    const took = task.ended ? Date.parse(task.ended) - Date.parse(task.started ?? task.created) : null;
    const facts = [
      ['id', task.id.slice(0, 12)],
      ['started', clock(Date.parse(task.started ?? task.created))],
      took === null ? null : ['took', took < 10_000 ? `${fixed(took / 1000, 2)} s` : age(took)],
      task.attempt > 1 ? ['attempt', String(task.attempt)] : null,
      task.schedule ? ['schedule', task.schedule] : null,
      task.tag ? ['tag', task.tag] : null,
    ].filter(Boolean);
    return h(
      'header',
      {},
      h(
        'div',
        {},
        h('h2', {}, `${t(task.type)} ${about(task.params)}`),
        h(
          'dl.facts',
          {},
          facts.map(([name, value]) => [h('dt', {}, t(name)), h('dd.number', {}, value)]),
        ),
      ),
    );
  }

  const failure = task =>
    h(
      'div.failure',
      {},
      stateOf('failed'),
      h('p', {}, task.error?.text ?? ''),
      h('p.quiet.mono', {}, task.error?.code ?? ''),
      h('button.button', { type: 'button', onclick: () => retry(task) }, t('Retry')),
    );

  const file = task =>
    h(
      'div.file',
      {},
      h('div', {}, h('b', {}, task.file.name), h('p.quiet', {}, `${t(task.file.contentType)}, ${compact(task.file.bytes)} ${t('bytes')}`)),
      h('a.button.main', { href: task.links.result, download: task.file.name }, t('Download')),
    );

  async function load(task) {
    const answer = await ask(task.links.result).catch(refused => refused);
    if (shown !== task.id) return;
    if (answer instanceof Error)
      element.append(nothing(t('No result'), answer.message, h('button.button', { type: 'button', onclick: () => retry(task) }, t('Retry'))));
    else draw(task, answer);
  }

  function draw(task, result) {
    const lines = plotOf(result),
      body = h('div.body'),
      list = result.buckets ?? result.rows;
    element.replaceChildren(head(task));
    if (lines) {
      look = look === 'table' || look === 'chart' ? look : 'table';
      element.firstChild.append(
        segments(
          t('Result as'),
          [
            ['table', t('Table')],
            ['chart', t('Chart')],
          ],
          look,
          value => {
            look = value;
            draw(task, result);
          },
        ),
      );
    }
    element.append(body);
    const isDrawn = lines && look === 'chart';
    body.classList.toggle('drawn', Boolean(isDrawn));
    release();
    if (isDrawn) chart = drawChart(body, lines);
    else body.append(factsOf(result), ...(list ? [tableOf(list)] : []));
    const more = (list?.length ?? 0) - SHOWN_ROWS;
    element.append(
      h(
        'div.foot',
        {},
        list ? h('button.button', { type: 'button', onclick: () => copy(list) }, t('Copy as CSV')) : null,
        h('a.button', { href: task.links.result, download: `${task.type}-${task.id.slice(0, 8)}.json` }, t('Download')),
        task.type === 'indicator' ? promotion(result) : null,
        !isDrawn && more > 0 ? h('span.quiet', {}, t('{0} older rows are in the download', more)) : null,
      ),
    );
  }

  /** What was tried out can go on the live list, and off again; what a setting names stays there. */
  function promotion(result) {
    const button = h('button.button', { type: 'button', disabled: true }, t('Put on the live list'));
    const look = async () => {
      const list = await ask('/api/indicators');
      const listed = list.find(one => one.indicator === result.indicator);
      button.disabled = Boolean(listed && !listed.promoted);
      button.onclick = () => change(listed);
      say(button, t(!listed ? 'Put on the live list' : listed.promoted ? 'Take off the live list' : 'On the live list'));
    };
    const change = async listed => {
      button.disabled = true;
      try {
        if (listed) await send('DELETE', `/api/indicators/${encodeURIComponent(listed.name)}`);
        else await send('POST', '/api/indicators', { indicator: result.indicator });
        // Charts offer what flows.
        store.about = await ask('/api/about');
        toast(
          result.indicator,
          listed ? t('Its values do not flow any more.') : t('Its values flow like all others; charts and programs find it under its name.'),
        );
      } catch (refused) {
        toast(result.indicator, refused.message);
      }
      await look().catch(refused => toast(result.indicator, refused.message));
    };
    look().catch(refused => toast(result.indicator, refused.message));
    return button;
  }

  const copy = list => toClipboard(csvOf(list), t('Copied'), t('{0} rows', list.length));

  async function toClipboard(text, head, said) {
    try {
      await navigator.clipboard.writeText(text);
      toast(head, said);
    } catch {
      toast(t('Not copied'), said);
    }
  }

  function release() {
    chart?.remove();
    chart = null;
  }

  return {
    element,
    show,
    /** Whether what is shown is a task at all. */
    get shown() {
      return shown;
    },
    get state() {
      return state;
    },
    close: release,
  };
}

/** Single values of a result, beside its rows. */
function factsOf(result) {
  const facts = Object.entries(result).filter(([name, value]) => !HIDDEN.has(name) && value !== null && typeof value !== 'object');
  return h(
    'dl.facts',
    {},
    facts.map(([name, value]) => [h('dt', {}, wordsOf(name)), h('dd.number', {}, textOf(value))]),
  );
}

function tableOf(list) {
  const names = columnsOf(list);
  return h(
    'table.data',
    {},
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        names.map(name => h('th', { scope: 'col', class: isNumber(list, name) ? 'n' : null }, wordsOf(name))),
      ),
    ),
    h(
      'tbody',
      {},
      list.slice(-SHOWN_ROWS).map(row =>
        h(
          'tr',
          {},
          names.map(name => h('td', { class: isNumber(list, name) ? 'n' : null }, textOf(row[name]))),
        ),
      ),
    ),
  );
}

const columnsOf = list =>
  [...new Set(list.slice(0, SHOWN_ROWS).flatMap(row => Object.keys(row)))].filter(
    name => !HIDDEN.has(name) && list.some(row => row[name] !== null && row[name] !== undefined),
  );

const isNumber = (list, name) => list.some(row => typeof row[name] === 'number');

const wordsOf = name => t(name.replaceAll('_', ' '));

const textOf = value =>
  value === null || value === undefined
    ? ''
    : typeof value === 'number'
      ? fixed(value, Number.isInteger(value) ? 0 : Math.abs(value) >= 100 ? 2 : 5)
      : typeof value === 'boolean'
        ? t(value ? 'yes' : 'no')
        : TIME.test(value)
          ? moment(Date.parse(value))
          : t(String(value));

function csvOf(list) {
  const names = columnsOf(list),
    cell = value => (/[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? ''));
  return [names, ...list.map(row => names.map(name => row[name]))].map(row => row.map(cell).join(',')).join('\n');
}

/** What of a result can be drawn: candles, or the lines of an indicator; nothing where it is a list. */
function plotOf(result) {
  const seconds = time => Date.parse(time) / 1000;
  if (result.buckets?.length)
    return {
      candles: result.buckets.map(one => ({
        time: seconds(one.interval_start),
        open: one.opening_price,
        high: one.max_highest_price,
        low: one.min_lowest_price,
        close: one.closing_price,
      })),
      lines: [],
    };
  if (!result.lines?.length || !result.rows?.length) return null;
  const of = name =>
    result.rows.map(row =>
      row[name] === null || row[name] === undefined ? { time: seconds(row.time) } : { time: seconds(row.time), value: row[name] },
    );
  const lines = result.lines.filter(line => line.style !== 'direction').map(line => ({ ...line, data: of(line.name) }));
  return { candles: null, lines: result.overlay ? [{ name: 'close', style: 'line', data: of('close'), isPrice: true }, ...lines] : lines };
}

function drawChart(box, { candles, lines }) {
  const [up, down, ink, edge] = ['up', 'down', 'ink3', 'edge'].map(token);
  const times = (candles ?? lines[0].data).map(one => one.time),
    isDaily = times.length > 1 && times[1] - times[0] >= 86_400;
  const chart = createChart(box, {
    autoSize: true,
    layout: {
      background: { type: 'solid', color: token('bg1') },
      textColor: ink,
      fontFamily: token('mono') || 'monospace',
      fontSize: 11,
      attributionLogo: true,
    },
    grid: { vertLines: { color: faded(edge, 0.28) }, horzLines: { color: faded(edge, 0.28) } },
    rightPriceScale: { borderVisible: false },
    timeScale: {
      borderColor: token('line'),
      timeVisible: !isDaily,
      secondsVisible: false,
      tickMarkFormatter: (time, kind) => (isDaily || kind < 3 ? dayMonth(time * 1000) : minute(time * 1000)),
    },
    localization: { timeFormatter: time => moment(time * 1000) },
  });
  const quiet = { priceLineVisible: false, crosshairMarkerVisible: false };
  if (candles)
    chart
      .addSeries(CandlestickSeries, { upColor: up, downColor: down, borderUpColor: up, borderDownColor: down, wickUpColor: up, wickDownColor: down })
      .setData(candles);
  const tones = ['line1', 'line2', 'accent', 'warn', 'ink2'].map(token);
  let tone = 0;
  for (const { name, style, data, isPrice } of lines) {
    if (style === 'histogram') {
      const bars = data.map(one => (one.value === undefined ? one : { ...one, color: faded(one.value >= 0 ? up : down, 0.6) }));
      chart.addSeries(HistogramSeries, { ...quiet, lastValueVisible: false, title: name }).setData(bars);
      continue;
    }
    const color = isPrice ? ink : tones[tone++ % tones.length],
      dots = style === 'dots' ? { lineVisible: false, pointMarkersVisible: true, pointMarkersRadius: 2 } : { lineWidth: 1.5 };
    chart.addSeries(LineSeries, { ...quiet, ...dots, color, title: name }).setData(data);
  }
  chart.timeScale().fitContent();
  return chart;
}
