// Shows the candles and the indicator of this port, live. Values replace each other by their time, so a repair needs no special care here.
import { Plot } from '/js/plot.js';

const KEPT = 240;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8000;

// MACD has names of its own, which are older than those of all others.
const MACD = { macd: 'main_line', signal: 'signal_line', histogram: 'histogram' };
const TONES = ['--line1', '--line2', '--accent', '--warn'];

const about = await (await fetch('/indicator')).json();
const isMacd = about.indicator === 'macd';
const read = (value, line) => (value?.lines ? value.lines[line] : isMacd ? value?.[MACD[line]] : undefined);
const drawn = about.lines.filter(line => line.style !== 'direction');

const element = id => document.getElementById(id);
const address = path => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`;
const secondsOf = item => Date.parse(item.time) / 1000;
const shortTime = date => date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false });
const shortDate = date => date.toLocaleDateString([], { day: 'numeric', month: 'short' });

let plot = null;
let hovered = null;

// A snapshot fills a map of its own, which takes the place of the one before with the mark: what went away meanwhile is then gone here too.
function follow(path, { rowOf, notice, taken, live }) {
  let pause = FIRST_PAUSE;
  const connect = () => {
    const socket = new WebSocket(address(`${path}?last=${KEPT}`));
    let filling = new Map();
    socket.onmessage = message => {
      const item = JSON.parse(message.data);
      if (item.type === 'mark') {
        taken.all(filling ?? new Map());
        filling = null;
        pause = FIRST_PAUSE;
        live(true);
      } else if (item.type === 'removed') filling ? filling.delete(secondsOf(item)) : taken.gone(secondsOf(item));
      else if (item.type) notice(item);
      else if (filling) filling.set(secondsOf(item), rowOf(item));
      else taken.one(secondsOf(item), rowOf(item));
    };
    socket.onclose = () => {
      live(false);
      setTimeout(connect, pause * (1 + Math.random()));
      pause = Math.min(LONGEST_PAUSE, pause * 2);
    };
  };
  connect();
}

/** One table of the chart's, by what comes of it. The chart itself is made with the first row: only then is known how its prices are written. */
function into(name) {
  let rows = new Map();
  const give = () => {
    if (rows.size > 0) plot ??= make([...rows.values()].at(-1));
    if (!plot) return;
    if (name) plot.values.set(name, rows);
    else plot.candles = rows;
    plot.refresh();
    show();
  };
  return {
    all(next) {
      rows = next;
      give();
    },
    one(time, row) {
      rows.set(time, row);
      if (rows.size > 2 * KEPT) {
        for (const old of [...rows.keys()].sort((a, b) => a - b).slice(0, KEPT)) rows.delete(old);
        give();
      } else if (!plot || rows.size === 1) give();
      else plot.touch(time);
    },
    gone(time) {
      rows.delete(time);
      plot?.touch(time, true);
    },
  };
}

function make(row) {
  const isDaily = row.interval === '1-day',
    digits = Math.min(6, Math.max(2, (String(row.close).split('.')[1] ?? '').length));
  const made = new Plot(element('chart'), {
    digits,
    isDaily,
    layers: new Set(),
    streams: [{ name: 'values', label: about.label, overlay: about.overlay, lines: about.lines, levels: about.levels }],
    format: {
      tick: (time, kind) => (kind < 3 ? shortDate : shortTime)(new Date(time * 1000)),
      time: time => (isDaily ? shortDate(new Date(time * 1000)) : `${shortDate(new Date(time * 1000))} ${shortTime(new Date(time * 1000))}`),
    },
  });
  made.onDrawn = show;
  listen(made);
  globalThis.plot = made;
  return made;
}

function listen(made) {
  made.chart.subscribeCrosshairMove(point => {
    hovered = point.time ?? null;
    show();
  });
  made.chart.subscribeDblClick(() => made.chart.timeScale().resetTimeScale());
}

function show() {
  if (!plot) return;
  const values = plot.values.get('values') ?? new Map(),
    newest = Math.max(...values.keys(), ...plot.candles.keys());
  element('empty').hidden = Number.isFinite(newest);
  if (!Number.isFinite(newest)) return;
  const last = values.get(newest) ?? plot.candles.get(newest) ?? values.get(Math.max(...values.keys())),
    at = hovered ?? newest;
  showNewest(last);
  showValue(values.get(at) ?? plot.candles.get(at) ?? last, last.interval === '1-day');
}

// The page is written for MACD; another indicator brings its own names.
function nameLines() {
  if (isMacd) return;
  const list = element('main').closest('dl');
  for (const id of ['main', 'signal', 'histogram']) element(id).parentElement.remove();
  drawn.forEach((line, index) => {
    const entry = document.createElement('div');
    entry.style.color = `var(${TONES[index % TONES.length]})`;
    const [name, figure] = [document.createElement('dt'), document.createElement('dd')];
    [name.textContent, figure.textContent, figure.id] = [line.name.replaceAll('_', ' '), '–', `line-${line.name}`];
    entry.append(name, figure);
    list.append(entry);
  });
}

function showNewest(value) {
  element('title').textContent = `${value.ticker} · ${value.interval}${isMacd ? '' : ` · ${about.label}`}`;
  document.title = `${value.ticker} ${value.close} · StockPipeline`;
}

function showValue(value, isDaily) {
  const date = new Date(value.time);
  element('time').textContent = isDaily ? shortDate(date) : `${shortDate(date)} ${shortTime(date)}`;
  element('close').textContent = value.close ?? '–';
  for (const line of drawn)
    element(isMacd ? line.name.replace('macd', 'main') : `line-${line.name}`).textContent = value[line.name]?.toFixed(4) ?? '–';
}

function showRepair(notice) {
  if (notice.type !== 'repair') return;
  const [from, to] = [new Date(notice.from), new Date(notice.to)];
  plot?.flash(from / 1000, to / 1000);
  element('repair').hidden = false;
  element('repair').textContent = `Repaired: ${shortDate(from)} ${shortTime(from)} to ${shortDate(to)} ${shortTime(to)}.`;
}

const connected = { '/': false, '/candles': false };
let wasLive = false;
async function state(path, live) {
  connected[path] = live;
  const isLive = Object.values(connected).every(Boolean);
  wasLive ||= isLive;
  const mark = element('state');
  mark.textContent = isLive ? 'live' : wasLive ? 'connection lost, trying again' : 'connecting';
  mark.className = isLive ? 'state live' : wasLive ? 'state lost' : 'state';
  element('charts').classList.toggle('lost', wasLive && !isLive);
  if (!live && !wasLive) element('empty').textContent = await reason();
}

// A refused websocket gives a page no reason; the service's health does.
async function reason() {
  try {
    const health = await (await fetch('/health/ready')).json();
    const waiting = health.services.flatMap(service => service.checks).filter(check => check.state !== 'ready').map(check => check.reason);
    return waiting.length ? `Waiting: ${waiting.join('; ')}.` : 'Waiting for the first values …';
  } catch {
    return 'Nobody answers on this port; trying again …';
  }
}

nameLines();
element('address').textContent = address('/');
element('zone').textContent = Intl.DateTimeFormat().resolvedOptions().timeZone;
const [values, candles] = [into('values'), into(null)];
const flat = value => ({ ...value, ...Object.fromEntries(about.lines.map(line => [line.name, read(value, line.name)])) });
follow('/', { rowOf: flat, notice: showRepair, taken: values, live: live => state('/', live) });
follow('/candles', { rowOf: candle => candle, notice: () => {}, taken: candles, live: live => state('/candles', live) });
matchMedia('(prefers-color-scheme: light)').addEventListener('change', () => {
  if (!plot) return;
  plot.restyle({});
  listen(plot);
});
