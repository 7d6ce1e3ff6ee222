// Draws the candles and MACD of this port, live. Values replace each other by their time, so repairs need no special care here.

const KEPT = 240;
const candles = new Map();
const values = new Map();
const element = id => document.getElementById(id);
const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const address = path => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`;

function connect(path, take, live) {
  const socket = new WebSocket(address(`${path}?last=${KEPT}`));
  socket.onmessage = message => take(JSON.parse(message.data));
  socket.onopen = () => live(true);
  socket.onclose = () => {
    live(false);
    setTimeout(() => connect(path, take, live), 1000 + 2000 * Math.random());
  };
}

function keep(map, item) {
  if (item.type === 'removed') map.delete(item.time);
  else if (!item.type) map.set(item.time, item);
  if (map.size > 2 * KEPT) {
    for (const time of [...map.keys()].sort().slice(0, map.size - KEPT)) map.delete(time);
  }
}

let drawn = false;
function redraw() {
  if (drawn) return;
  drawn = true;
  requestAnimationFrame(() => { drawn = false; draw(); });
}

function newest(map, times) { return times.map(time => map.get(time)); }

function draw() {
  const times = [...new Set([...candles.keys(), ...values.keys()])].sort().slice(-KEPT);
  drawCandles(newest(candles, times));
  drawMacd(newest(values, times));
  const last = [...values.keys()].sort().at(-1);
  const value = values.get(last);
  if (!value) return;
  element('title').textContent = `${value.ticker} · ${value.interval}`;
  document.title = `${value.ticker} ${value.main_line.toFixed(3)} · StockPipeline`;
  element('close').textContent = value.close;
  element('main').textContent = value.main_line.toFixed(4);
  element('signal').textContent = value.signal_line.toFixed(4);
  element('histogram').textContent = value.histogram.toFixed(4);
  element('epoch').textContent = value.epoch;
}

function prepare(canvas) {
  const scale = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  if (canvas.width !== width * scale || canvas.height !== height * scale) {
    canvas.width = width * scale;
    canvas.height = height * scale;
  }
  const context = canvas.getContext('2d');
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = '11px system-ui, sans-serif';
  return { context, width: width - 64, height: height - 18 };
}

function axis(area, low, high, decimals) {
  const { context, width, height } = area;
  const spread = high - low || 1;
  const y = value => 6 + (height - 12) * (1 - (value - low) / spread);
  context.strokeStyle = color('--line');
  context.fillStyle = color('--quiet');
  context.lineWidth = 1;
  for (let step = 0; step <= 4; step++) {
    const value = low + spread * step / 4;
    context.beginPath();
    context.moveTo(0, y(value));
    context.lineTo(width, y(value));
    context.stroke();
    context.fillText(value.toFixed(decimals), width + 6, y(value) + 4);
  }
  return y;
}

function labels(area, items) {
  const { context, width, height } = area;
  const every = Math.ceil(items.length / 6);
  context.fillStyle = color('--quiet');
  items.forEach((item, index) => {
    if (!item || index % every) return;
    const day = item.interval === '1-day';
    context.fillText(day ? item.time.slice(0, 10) : item.time.slice(11, 16), index * width / items.length, height + 14);
  });
}

function drawCandles(items) {
  const area = prepare(element('candles'));
  const present = items.filter(Boolean);
  if (!present.length) return;
  const low = Math.min(...present.map(item => item.low));
  const high = Math.max(...present.map(item => item.high));
  const y = axis(area, low, high, high - low < 1 ? 3 : 2);
  const step = area.width / items.length;
  items.forEach((item, index) => {
    if (!item) return;
    const { context } = area;
    const middle = (index + 0.5) * step;
    const body = Math.max(1, step * 0.6);
    const top = y(Math.max(item.open, item.close));
    const tall = Math.max(1, y(Math.min(item.open, item.close)) - top);
    context.strokeStyle = context.fillStyle = color(item.close >= item.open ? '--up' : '--down');
    context.beginPath();
    context.moveTo(middle, y(item.high));
    context.lineTo(middle, y(item.low));
    context.stroke();
    if (item.final) context.fillRect(middle - body / 2, top, body, tall);
    else context.strokeRect(middle - body / 2, top, body, tall);
  });
  labels(area, items);
}

function drawMacd(items) {
  const area = prepare(element('macd'));
  const present = items.filter(Boolean);
  if (!present.length) return;
  const all = present.flatMap(item => [item.main_line, item.signal_line, item.histogram]);
  const reach = Math.max(...all.map(Math.abs)) || 1;
  const y = axis(area, -reach, reach, reach < 1 ? 4 : 2);
  const { context } = area;
  const step = area.width / items.length;
  items.forEach((item, index) => {
    if (!item) return;
    context.fillStyle = color(item.histogram >= 0 ? '--up' : '--down');
    context.globalAlpha = 0.45;
    context.fillRect((index + 0.2) * step, Math.min(y(0), y(item.histogram)), step * 0.6, Math.max(1, Math.abs(y(0) - y(item.histogram))));
    context.globalAlpha = 1;
  });
  for (const [member, name] of [['main_line', '--main'], ['signal_line', '--signal']]) {
    context.strokeStyle = color(name);
    context.lineWidth = 1.5;
    context.beginPath();
    items.forEach((item, index) => { if (item) context.lineTo((index + 0.5) * step, y(item[member])); });
    context.stroke();
  }
}

function state(live) {
  const mark = element('state');
  mark.textContent = live ? 'live' : 'connection lost, trying again';
  mark.className = live ? 'state live' : 'state lost';
}

element('address').textContent = address('/');
window.addEventListener('resize', redraw);
connect('/', item => { keep(values, item); redraw(); }, state);
connect('/candles', item => { keep(candles, item); redraw(); }, () => {});
