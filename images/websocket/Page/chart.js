// Draws onto a canvas. Items stand side by side in order of time; times without any take no room, as traders know it.

const RIGHT = 64;
const BOTTOM = 20;
const TOP = 8;
const ROUND_MINUTES = [1, 5, 10, 15, 30, 60, 120, 240, 480, 720];

export const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Fits the canvas to its place and gives what the drawing functions need. */
export function begin(canvas, count, hasTimes) {
  const scale = window.devicePixelRatio || 1;
  const { width: wide, height: tall } = canvas.getBoundingClientRect();
  canvas.width = Math.round(wide * scale);
  canvas.height = Math.round(tall * scale);
  const context = canvas.getContext('2d');
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.font = '11px system-ui, sans-serif';
  const width = Math.max(0, wide - RIGHT);
  const height = Math.max(0, tall - (hasTimes ? BOTTOM : 0));
  const step = width / Math.max(1, count);
  return { context, width, height, step, x: index => (index + 0.5) * step };
}

/** Lines and numbers at round values; gives the function from value to place. */
export function verticalAxis(area, low, high) {
  const { context, width, height } = area;
  const spread = high - low || Math.abs(high) || 1;
  [low, high] = [low - spread * 0.04, low + spread * 1.04];
  const y = value => TOP + (height - 2 * TOP) * (1 - (value - low) / (high - low));
  const step = roundStep((high - low) / Math.max(2, Math.floor(height / 45)));
  area.decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  context.strokeStyle = color('--line');
  context.fillStyle = color('--quiet');
  context.lineWidth = 1;
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) {
    line(context, 0, y(value), width, y(value));
    context.fillText(number(value, area.decimals), width + 6, y(value) + 4);
  }
  return y;
}

function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * [1, 2, 5, 10].find(times => times * power >= least);
}

export const number = (value, decimals) => (Math.abs(value) < 0.5 * 10 ** -decimals ? 0 : value).toFixed(decimals);

/** Lines and labels at round local times; a new day is named by its date. */
export function timeAxis(area, times, isDaily, hasLabels) {
  const { context, height } = area;
  const dates = times.map(time => new Date(time));
  const isNewDay = index => index > 0 && dates[index].toDateString() !== dates[index - 1].toDateString();
  const isRound = isDaily ? index => dates[index].getMonth() !== dates[Math.max(0, index - 1)].getMonth() : roundTimes(area, dates);
  let free = 0;
  context.strokeStyle = color('--line');
  context.fillStyle = color('--quiet');
  dates.forEach((date, index) => {
    const [day, x] = [!isDaily && isNewDay(index), area.x(index)];
    if (!day && !isRound(index)) return;
    context.setLineDash(day ? [] : [2, 4]);
    line(context, x, 0, x, height);
    const text = isDaily || day ? shortDate(date) : shortTime(date);
    const wide = context.measureText(text).width;
    if (!hasLabels || x - wide / 2 < free || x + wide / 2 > area.width) return;
    context.fillText(text, x - wide / 2, height + 14);
    free = x + wide / 2 + 12;
  });
  context.setLineDash([]);
}

function roundTimes(area, dates) {
  const wanted = Math.max(2, Math.floor(area.width / 90));
  const minutes = date => date.getHours() * 60 + date.getMinutes();
  const every = ROUND_MINUTES.find(length => dates.filter(date => minutes(date) % length === 0).length <= wanted) ?? 1440;
  return index => minutes(dates[index]) % every === 0;
}

export const shortTime = date => date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false });
export const shortDate = date => date.toLocaleDateString([], { day: 'numeric', month: 'short' });

function line(context, fromX, fromY, toX, toY) {
  context.beginPath();
  context.moveTo(Math.round(fromX) + 0.5, Math.round(fromY) + 0.5);
  context.lineTo(Math.round(toX) + 0.5, Math.round(toY) + 0.5);
  context.stroke();
}

export function drawCandles(area, items, y) {
  const { context, step } = area;
  const body = Math.max(1, Math.floor(step * 0.7));
  items.forEach((item, index) => {
    if (!item) return;
    const left = Math.round(area.x(index) - body / 2);
    const top = Math.round(y(Math.max(item.open, item.close)));
    const tall = Math.max(1, Math.round(y(Math.min(item.open, item.close))) - top);
    context.strokeStyle = context.fillStyle = color(item.close >= item.open ? '--up' : '--down');
    const middle = left + (body - 1) / 2;
    line(context, middle, y(item.high), middle, y(item.low));
    if (!item.final) context.fillStyle = color('--ground');
    context.fillRect(left, top, body, tall);
    if (!item.final) context.strokeRect(left + 0.5, top + 0.5, Math.max(1, body - 1), Math.max(1, tall - 1));
  });
}

/** The newest price across the chart, and as a tag on the axis. */
export function drawLevel(area, value, at, tone) {
  const { context, width } = area;
  context.strokeStyle = context.fillStyle = tone;
  context.setLineDash([3, 3]);
  line(context, 0, at, width, at);
  context.setLineDash([]);
  context.fillRect(width + 1, at - 9, RIGHT - 2, 18);
  context.fillStyle = color('--ground');
  context.fillText(number(value, Math.max(2, area.decimals)), width + 6, at + 4);
}

export function drawBars(area, values, y) {
  const { context, step } = area;
  const wide = Math.max(1, Math.floor(step * 0.7));
  context.globalAlpha = 0.45;
  values.forEach((value, index) => {
    if (value === undefined) return;
    context.fillStyle = color(value >= 0 ? '--up' : '--down');
    context.fillRect(Math.round(area.x(index) - wide / 2), Math.min(y(0), y(value)), wide, Math.max(1, Math.abs(y(0) - y(value))));
  });
  context.globalAlpha = 1;
}

export function drawLine(area, values, y, tone) {
  const { context } = area;
  context.strokeStyle = tone;
  context.lineWidth = 1.6;
  context.lineJoin = 'round';
  context.beginPath();
  values.forEach((value, index) => { if (value !== undefined) context.lineTo(area.x(index), y(value)); });
  context.stroke();
  context.lineWidth = 1;
}

/** A dot for each value. */
export function drawDots(area, values, y, tone) {
  const { context, step } = area;
  context.fillStyle = tone;
  values.forEach((value, index) => {
    if (value === undefined) return;
    context.beginPath();
    context.arc(area.x(index), y(value), Math.max(1, Math.min(2.5, step / 4)), 0, 2 * Math.PI);
    context.fill();
  });
}

/** The area between two lines, where both have a value. */
export function drawCloud(area, values, others, y, tone) {
  const { context, step } = area;
  context.fillStyle = tone;
  context.globalAlpha = 0.12;
  values.forEach((value, index) => {
    if (value === undefined || others[index] === undefined) return;
    context.fillRect(area.x(index) - step / 2, Math.min(y(value), y(others[index])), step, Math.abs(y(value) - y(others[index])));
  });
  context.globalAlpha = 1;
}

/** A height that means something. */
export function drawMark(area, at) {
  const { context, width } = area;
  context.strokeStyle = color('--quiet');
  context.setLineDash([2, 4]);
  line(context, 0, at, width, at);
  context.setLineDash([]);
}

/** Where the pointer is. */
export function drawCursor(area, index) {
  if (index === null) return;
  const { context, height } = area;
  context.strokeStyle = color('--quiet');
  line(context, area.x(index), 0, area.x(index), height);
}
