// What every screen needs: who we are, the instruments, the one live connection, lists and settings of the reader.
import { connect } from '/live.js';
import { toast } from './dom.js';
import { t } from './text.js';

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
  const isIn = favourites().figis.includes(figi);
  await changeList(favourites().name, figis => [...figis.filter(one => one !== figi), ...(isIn ? [] : [figi])]);
}

const MOST_TRIES = 5;
const pending = new Set();
let saving = Promise.resolve();

const listOf = name => store.lists.find(one => one.name === name);

/**
 * Changes a list here at once and on the gateway, where it may have been changed from elsewhere meanwhile: then the newer one is taken and the
 * change is made to that. A change is a function from the instruments of a list to others; made again, it must change nothing.
 */
export async function changeList(name, change) {
  const one = { name, change };
  listOf(name).figis = change(listOf(name).figis);
  write('watchlists', store.lists);
  if (!store.about.accounts) return;
  pending.add(one);
  // One after the other: what is under way from here is no change from elsewhere.
  saving = saving
    .then(() => save(name))
    .catch(refused => toast(t('Not kept: {0}', name), refused.message))
    .finally(() => pending.delete(one));
  await saving;
}

async function save(name) {
  for (let tries = 1; ; tries++) {
    const { figis, version } = listOf(name);
    try {
      const saved = await send('PUT', `/api/watchlists/${encodeURIComponent(name)}`, figis, { 'if-match': `"${version}"` });
      listOf(name).version = saved.version;
      return;
    } catch (refused) {
      if (!(refused instanceof Refused && refused.status === 412) || tries === MOST_TRIES) throw refused;
    }
    const newer = (await ask('/api/watchlists')).find(one => one.name === name);
    Object.assign(listOf(name), newer ?? { version: 0 });
    for (const { name: changed, change } of pending) if (changed === name) listOf(name).figis = change(listOf(name).figis);
    write('watchlists', store.lists);
  }
}
