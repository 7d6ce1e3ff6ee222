// What every screen needs: who we are, the instruments, the one live connection, lists and settings of the reader.
import { connect } from '/live.js';

export const INTERVALS = [
  ['1-min', '1m', 60],
  ['5-min', '5m', 300],
  ['15-min', '15m', 900],
  ['30-min', '30m', 1800],
  ['1-hour', '1h', 3600],
  ['4-hour', '4h', 14400],
  ['1-day', '1D', 86400],
];

export const secondsOf = interval => INTERVALS.find(([name]) => name === interval)?.[2] ?? 60;

export class Refused extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? problem?.title ?? `The gateway answered ${status}.`);
    this.status = status;
    this.code = problem?.code;
    this.errors = problem?.errors ?? [];
  }
}

export async function ask(path, options) {
  const answer = await fetch(path, options);
  if (answer.status === 204) return null;
  const isJson = answer.headers.get('content-type')?.includes('json');
  const body = isJson ? await answer.json() : null;
  if (!answer.ok) throw new Refused(answer.status, body);
  return body;
}

export const send = (method, path, body, headers = {}) =>
  ask(path, { method, headers: { 'content-type': 'application/json', ...headers }, body: body === undefined ? undefined : JSON.stringify(body) });

export const store = {
  about: null,
  live: null,
  instruments: [],
  byFigi: new Map(),
  byTicker: new Map(),
  lists: [],
  /** Between the market's clock and ours, in milliseconds. */
  shift: 0,
  speed: 1,
};

/** The market's time now. */
export const marketNow = () => Date.now() + store.shift;

export function connectLive() {
  const address = new URL('/api/live', location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  store.live = connect(address.href);
  return store.live;
}

export async function loadInstruments() {
  store.instruments = await ask('/api/instruments');
  store.byFigi = new Map(store.instruments.map(one => [one.figi, one]));
  store.byTicker = new Map([...store.instruments].reverse().map(one => [one.ticker, one]));
}

// -- Settings and lists: in the browser, lists on the gateway too where it has a database.

const read = (name, fallback) => {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? fallback;
  } catch {
    return fallback;
  }
};

const write = (name, value) => {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    /* A browser that keeps nothing still shows everything. */
  }
};

export const settings = {
  theme: 'system',
  colours: 'green-red',
  density: 'compact',
  language: 'system',
  zone: 'Europe/Moscow',
  ...read('settings', {}),
};

export function keep(changes) {
  Object.assign(settings, changes);
  write('settings', settings);
}

export async function loadLists() {
  store.lists = read('watchlists', [{ name: 'Favourites', figis: [], version: 0 }]);
  if (!store.about.accounts) return;
  const saved = await ask('/api/watchlists').catch(() => null);
  if (saved?.length) store.lists = saved;
}

export const favourites = () => store.lists[0];

export async function toggleFavourite(figi) {
  const list = favourites();
  list.figis = list.figis.includes(figi) ? list.figis.filter(one => one !== figi) : [...list.figis, figi];
  await saveList(list);
}

export async function saveList(list) {
  write('watchlists', store.lists);
  if (!store.about.accounts) return;
  const saved = await send(
    'PUT',
    `/api/watchlists/${encodeURIComponent(list.name)}`,
    list.figis,
    list.version ? { 'if-match': `"${list.version}"` } : {},
  ).catch(refused => refused);
  if (saved instanceof Refused && saved.status === 412) await loadLists();
  else if (!(saved instanceof Error)) list.version = saved.version;
}
