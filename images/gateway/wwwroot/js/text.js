// Words in the reader's language, numbers and times as the page shows them.

let words = {};
export let language = 'en';

/** English stands in the code; another language is a table of its sentences. */
export async function speak(wanted) {
  language = wanted === 'ru' ? 'ru' : 'en';
  words = language === 'en' ? {} : await (await fetch(`/texts/${language}.json`)).json();
  document.documentElement.lang = language;
}

/** How fresh an instrument is, in words. */
export const feedText = feed => t(feed.replaceAll('-', ' '));

export const t = (text, ...values) => values.reduce((said, value, i) => said.replace(`{${i}}`, value), words[text] ?? text);

const MINUS = '\u2212';
const minus = text => text.replace('-', MINUS);

export const fixed = (number, digits) =>
  number === null || number === undefined
    ? ''
    : minus(number.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }));

export const signed = (number, digits) =>
  number === null || number === undefined ? '' : `${number > 0 ? '+' : ''}${fixed(Math.abs(number) < 0.5 * 10 ** -digits ? 0 : number, digits)}`;

export const compact = number =>
  number === null || number === undefined
    ? ''
    : number >= 1e9
      ? `${(number / 1e9).toPrecision(3)}B`
      : number >= 1e6
        ? `${(number / 1e6).toPrecision(3)}M`
        : number >= 1e4
          ? `${Math.round(number / 1e3)}k`
          : String(Math.round(number));

/** Digits behind the point that a step needs. */
export const digitsOf = step => {
  let digits = 0;
  for (let scaled = step; digits < 9 && Math.abs(scaled - Math.round(scaled)) > 1e-9 * Math.max(1, scaled); scaled *= 10) digits++;
  return digits;
};

export const age = ms => {
  const seconds = Math.max(0, ms / 1000);
  if (seconds < 10) return `${seconds.toFixed(1)}s`;
  if (seconds < 120) return `${Math.floor(seconds)}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
  return seconds < 172800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86400)}d`;
};

let zone = 'Europe/Moscow';
let shapes = {};
export const zoneName = () => (zone === 'UTC' ? 'UTC' : zone === 'Europe/Moscow' ? 'MSK' : zone.split('/').at(-1).replace('_', ' '));

export function useZone(name) {
  zone = name === 'local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : name;
  shapes = {};
}

const shape = (name, options) =>
  (shapes[name] ??= new Intl.DateTimeFormat(language === 'ru' ? 'ru-RU' : 'en-GB', { timeZone: zone, hourCycle: 'h23', ...options }));
export const clock = ms => shape('clock', { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(ms);
export const minute = ms => shape('minute', { hour: '2-digit', minute: '2-digit' }).format(ms);
export const dayMonth = ms => shape('day', { day: 'numeric', month: 'short' }).format(ms);
export const monthOf = ms => shape('month', { month: 'short' }).format(ms);
export const yearOf = ms => shape('year', { year: 'numeric' }).format(ms);
export const moment = ms => `${dayMonth(ms)} ${minute(ms)}`;
export const weekday = ms => shape('weekday', { weekday: 'short' }).format(ms);
