// Shows the candles and the indicator of this port, live. Values replace each other by their time, so a repair needs no special care here.
import { begin, color, drawBars, drawCandles, drawCloud, drawCursor, drawDots, drawLevel, drawLine, drawMark } from '/chart.js';
import { shortDate, shortTime, timeAxis, verticalAxis } from '/chart.js';

const KEPT = 240;
const PIXELS_PER_CANDLE = 5;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8000;

// MACD has names of its own, which are older than those of all others.
const MACD = { macd: 'main_line', signal: 'signal_line', histogram: 'histogram' };
const TONES = ['--main', '--signal', '--up', '--down'];

const about = await (await fetch('/indicator')).json();
const isMacd = about.indicator === 'macd';
const read = (value, line) => value?.lines ? value.lines[line] : isMacd ? value?.[MACD[line]] : undefined;

const element = id => document.getElementById(id);
const address = path => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`;

// A snapshot fills a map of its own, which takes the place of the one before with the mark: what went away meanwhile is then gone here too.
function follow(path, notice, changed, live) {
  const feed = { items: new Map() };
  let pause = FIRST_PAUSE;
  const connect = () => {
    const socket = new WebSocket(address(`${path}?last=${KEPT}`));
    let filling = new Map();
    socket.onmessage = message => {
      const item = JSON.parse(message.data);
      const items = filling ?? feed.items;
      if (item.type === 'mark') {
        [feed.items, filling] = [filling ?? feed.items, null];
        pause = FIRST_PAUSE;
        live(true);
      } else if (item.type === 'removed') items.delete(item.time);
      else if (item.type) notice(item);
      else items.set(item.time, item);
      forgetOldest(items);
      if (!filling) changed();
    };
    socket.onclose = () => {
      live(false);
      setTimeout(connect, pause * (1 + Math.random()));
      pause = Math.min(LONGEST_PAUSE, pause * 2);
    };
  };
  connect();
  return feed;
}

function forgetOldest(items) {
  if (items.size <= 2 * KEPT) return;
  for (const time of [...items.keys()].sort().slice(0, items.size - KEPT)) items.delete(time);
}

let [asked, pointer] = [false, null];
function redraw() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => { asked = false; draw(); });
}

function draw() {
  const room = Math.max(30, Math.floor(element('charts').clientWidth / PIXELS_PER_CANDLE));
  const times = [...new Set([...candles.items.keys(), ...values.items.keys()])].sort().slice(-Math.min(KEPT, room));
  element('empty').hidden = times.length > 0;
  if (!times.length) return;
  const [bars, lines] = [times.map(time => candles.items.get(time)), times.map(time => values.items.get(time))];
  const cursor = pointer === null ? null : Math.min(times.length - 1, Math.max(0, Math.floor(pointer * times.length)));
  const isDaily = [...bars, ...lines].find(Boolean).interval === '1-day';
  drawPrices(times, bars, lines, isDaily, cursor);
  if (!about.overlay) drawIndicator(times, lines, isDaily, cursor);
  const newest = lines.findLast(Boolean) ?? bars.findLast(Boolean);
  showNewest(newest);
  showValue(cursor === null ? newest : lines[cursor] ?? bars[cursor], isDaily);
}

function drawPrices(times, bars, lines, isDaily, cursor) {
  const area = begin(element('candles'), times.length, about.overlay);
  const present = bars.filter(Boolean);
  if (!present.length) return;
  const over = about.overlay ? heights(lines) : [];
  const y = verticalAxis(area, Math.min(...present.map(bar => bar.low), ...over), Math.max(...present.map(bar => bar.high), ...over));
  timeAxis(area, times, isDaily, about.overlay);
  drawCandles(area, bars, y);
  if (about.overlay) drawLines(area, lines, y);
  const last = present.at(-1);
  drawLevel(area, last.close, y(last.close), color(last.close >= last.open ? '--up' : '--down'));
  drawCursor(area, cursor);
}

function drawIndicator(times, lines, isDaily, cursor) {
  const area = begin(element('macd'), times.length, true);
  const all = [...heights(lines), ...about.levels];
  if (!heights(lines).length) return;
  const y = verticalAxis(area, Math.min(...all), Math.max(...all));
  timeAxis(area, times, isDaily, true);
  about.levels.forEach(level => drawMark(area, y(level)));
  drawLines(area, lines, y);
  drawCursor(area, cursor);
}

// A line that tells a direction has no height.
const drawn = about.lines.filter(line => line.style !== 'direction');
const heights = values => values.flatMap(value => drawn.map(line => read(value, line.name))).filter(height => height !== undefined);

// Areas and bars first, so that lines lie over them.
function drawLines(area, values, y) {
  const column = line => values.map(value => read(value, line.name));
  const tone = line => color(TONES[drawn.indexOf(line) % TONES.length]);
  for (const line of drawn) {
    if (line.style === 'cloud') drawCloud(area, column(line), column(drawn.at(-1)), y, tone(line));
    if (line.style === 'histogram') drawBars(area, column(line), y);
  }
  for (const line of drawn) {
    if (line.style === 'dots') drawDots(area, column(line), y, tone(line));
    if (line.style === 'line' || line.style === 'cloud') drawLine(area, column(line), y, tone(line));
  }
}

// The page is written for MACD; another indicator brings its own names.
function nameLines() {
  if (isMacd) return;
  element('macd').setAttribute('aria-label', about.label);
  element('macd').parentElement.hidden = about.overlay;
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
  const date = value && new Date(value.time);
  element('time').textContent = !date ? '–' : isDaily ? shortDate(date) : `${shortDate(date)} ${shortTime(date)}`;
  element('close').textContent = value?.close ?? '–';
  for (const line of drawn)
    element(isMacd ? line.name.replace('macd', 'main') : `line-${line.name}`).textContent = read(value, line.name)?.toFixed(4) ?? '–';
}

function showRepair(notice) {
  if (notice.type !== 'repair') return;
  const [from, to] = [new Date(notice.from), new Date(notice.to)];
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
const values = follow('/', showRepair, redraw, live => state('/', live));
const candles = follow('/candles', () => {}, redraw, live => state('/candles', live));
window.addEventListener('resize', redraw);
matchMedia('(prefers-color-scheme: light)').addEventListener('change', redraw);
element('charts').addEventListener('pointermove', event => {
  const { left, right } = element('candles').getBoundingClientRect();
  pointer = (event.clientX - left) / (right - left - 64);
  if (pointer > 1) pointer = null;
  redraw();
});
element('charts').addEventListener('pointerleave', () => { pointer = null; redraw(); });
