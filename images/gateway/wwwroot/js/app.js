// The frame of the page: which screen is open, what is searched, which key was pressed, and how the connection is.
import { store, INTERVALS, settings, connectLive, loadInstruments, loadLists, ask, send, marketNow, secondsOf } from './store.js';
import { h, say, icon, toast } from './dom.js';
import { t, speak, useZone, zoneName, clock, weekday, fixed } from './text.js';
import * as board from './board.js';
import { knowPairs } from './rates.js';
import * as chart from './chart.js';
import * as ledger from './ledger.js';
import * as tasks from './tasks.js';
import * as pipeline from './pipeline.js';
import * as alerts from './alerts.js';
import * as options from './settings.js';

/** One module a screen: add yours here. */
const SCREENS = [
  ['board', 'Board', board],
  ['chart', 'Chart', chart],
  ['ledger', 'Ledger', ledger],
  ['tasks', 'Tasks', tasks],
  ['pipeline', 'Pipeline', pipeline],
  ['alerts', 'Alerts', alerts],
  ['settings', 'Settings', options],
];
const KEYS = [
  ['1 … 7', 'Screens'],
  ['/', 'Search'],
  ['↑ ↓', 'Rows; on the chart the instrument before and after'],
  ['Enter', 'Opens'],
  ['[ ]', 'Interval'],
  ['← →', 'Time, with Shift by a screen'],
  ['+ −', 'Zoom'],
  ['End', 'Go to live'],
  ['W', 'Favourites'],
  ['V', 'Views of the board'],
  ['S', 'Screenshot'],
  ['Esc', 'Closes'],
];
const PING_EVERY = 5000;
const KEPT_TIMES = 60;

const part = id => document.getElementById(id);
const took = [],
  frames = [];
let current = null,
  staleCount = 0;

const app = {
  route: { name: 'board', parts: [], query: new URLSearchParams() },
  plot: null,

  go(name, parts = [], replaces = false) {
    const query = name === app.route.name ? app.route.query : new URLSearchParams();
    visit(`#/${[name, ...parts].map(encodeURIComponent).join('/')}${query.size ? `?${query}` : ''}`, replaces);
    show();
  },

  /** Small changes replace the entry of the history; some of them open the screen anew. */
  note(changes, opensAnew = false) {
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === '') app.route.query.delete(name);
      else app.route.query.set(name, value);
    }
    visit(`#/${[app.route.name, ...app.route.parts].map(encodeURIComponent).join('/')}${app.route.query.size ? `?${app.route.query}` : ''}`, true);
    if (opensAnew) show();
  },

  step(interval, key) {
    const at = INTERVALS.findIndex(([id]) => id === interval) + (key === ']' ? 1 : -1);
    return INTERVALS[Math.max(0, Math.min(INTERVALS.length - 1, at))][0];
  },

  stale(count) {
    staleCount = count;
  },

  measure(ms) {
    frames.push(ms);
    if (frames.length > KEPT_TIMES) frames.shift();
  },

  /** Milliseconds of script of the last frames: for whoever measures. */
  frames: () => [...frames],

  async dress() {
    const isDark = settings.theme === 'dark' || (settings.theme === 'system' && !matchMedia('(prefers-color-scheme: light)').matches);
    Object.assign(document.documentElement.dataset, { theme: isDark ? 'dark' : 'light', colours: settings.colours, density: settings.density });
    useZone(settings.zone);
    await speak(settings.language === 'system' ? navigator.language.slice(0, 2) : settings.language);
    frame();
    show();
  },

  keys: () =>
    h(
      'div.keys',
      {},
      KEYS.flatMap(([key, what]) => [h('kbd', {}, key), h('span', {}, t(what))]),
    ),
};

function visit(hash, replaces) {
  if (replaces) history.replaceState(null, '', hash);
  else if (location.hash !== hash) history.pushState(null, '', hash);
}

function read() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?'),
    [name, ...parts] = path.split('/').map(decodeURIComponent);
  app.route = { name: SCREENS.some(([id]) => id === name) ? name : 'board', parts, query: new URLSearchParams(query) };
}

function show() {
  read();
  current?.close();
  const [screen, tools, summary, title] = ['screen', 'tools', 'summary', 'title'].map(part);
  for (const box of [screen, tools, summary, title]) box.replaceChildren();
  const [, name, module] = SCREENS.find(([id]) => id === app.route.name);
  document.title = `${app.route.parts[0] ? `${app.route.parts[0]} · ` : ''}${t(name)} · StockPipeline`;
  for (const link of part('rail').querySelectorAll('a')) {
    if (link.dataset.screen === app.route.name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  current = module.open({ app, screen, tools, summary, title });
  const find = document.querySelector('#finder input');
  if (find?.value) current.filter?.(find.value);
}

function frame() {
  part('rail').replaceChildren(
    h('span.mark', {}, icon('mark', 24)),
    ...SCREENS.map(([id, name], i) => [
      i === SCREENS.length - 1 ? h('span.grow') : null,
      h(
        'a',
        {
          href: `#/${id}`,
          'data-screen': id,
          title: `${t(name)} (${i + 1})`,
          onclick: event => {
            event.preventDefault();
            app.go(id);
          },
        },
        icon(id),
        t(name),
      ),
    ])
      .flat()
      .filter(Boolean),
  );
  document.querySelector('.skip').textContent = t('Skip to content');
  finder();
}

function finder() {
  const input = h('input', {
      type: 'search',
      placeholder: t('Ticker or name'),
      'aria-label': t('Ticker or name'),
      role: 'combobox',
      'aria-expanded': 'false',
      'aria-controls': 'found',
      autocomplete: 'off',
      spellcheck: 'false',
    }),
    found = h('ul', { id: 'found', role: 'listbox', 'aria-label': t('Ticker or name'), hidden: true });
  let at = 0,
    hits = [];
  const choose = one => {
    input.value = '';
    close();
    input.blur();
    app.go('chart', [one.ticker, app.route.name === 'chart' ? (app.route.parts[1] ?? '1-min') : '1-min']);
  };
  const close = () => {
    found.hidden = true;
    input.setAttribute('aria-expanded', 'false');
  };
  const draw = () =>
    found.replaceChildren(
      ...hits.map((one, i) =>
        h(
          'li',
          {
            role: 'option',
            'aria-selected': String(i === at),
            onpointerdown: event => {
              event.preventDefault();
              choose(one);
            },
          },
          h('b', {}, one.ticker),
          one.name,
        ),
      ),
    );
  input.oninput = () => {
    const text = input.value.trim().toLowerCase();
    if (current?.filter) return current.filter(text);
    hits = text
      ? store.instruments
          .filter(one => one.ticker.toLowerCase().startsWith(text) || one.name.toLowerCase().includes(text))
          .sort((a, b) => b.ticker.toLowerCase().startsWith(text) - a.ticker.toLowerCase().startsWith(text))
          .slice(0, 12)
      : [];
    at = 0;
    draw();
    found.hidden = hits.length === 0;
    input.setAttribute('aria-expanded', String(hits.length > 0));
  };
  input.onkeydown = event => {
    if (event.key === 'Escape') {
      input.value = '';
      current?.filter?.('');
      close();
      input.blur();
    } else if (event.key === 'Enter') {
      if (hits[at] && !found.hidden) choose(hits[at]);
      else if (current?.filter) {
        input.blur();
        part('screen').focus();
      }
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      at = Math.max(0, Math.min(hits.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1)));
      draw();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  input.onblur = close;
  part('finder').replaceChildren(input, h('kbd', {}, '/'), found);
}

function onKey(event) {
  if (event.target.closest('input, select, textarea, dialog') || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key,
    place = Number(key) - 1;
  if (key === '/') document.querySelector('#finder input').focus();
  else if (SCREENS[place]) app.go(SCREENS[place][0]);
  else if (key === ',') app.go('settings');
  else if (key === '?') {
    const box = h('dialog', { onclose: () => box.remove() }, app.keys());
    document.body.append(box);
    box.showModal();
  } else if (
    (event.target.closest('[role=radiogroup], [role=tablist]') && key.startsWith('Arrow')) ||
    !current?.key?.({ key, shiftKey: event.shiftKey })
  )
    return;
  event.preventDefault();
}

// -- Connection, clock and status line

const state = h('span.dot'),
  stale = h('span.warn', { hidden: true }),
  time = h('span'),
  source = h('span.optional'),
  rate = h('span.optional'),
  clients = h('span.optional'),
  latency = h('span');

function drawStatus() {
  const live = store.live,
    isLive = live?.state === 'live',
    banner = part('banner');
  state.className = `dot ${isLive ? '' : live?.state === 'connecting' ? 'busy' : 'bad'}`;
  say(state, t(isLive ? 'Live' : (live?.state ?? 'connecting')));
  stale.hidden = staleCount === 0;
  say(stale, t('{0} stale', staleCount));
  say(time, `${clock(marketNow())} ${zoneName()} ${weekday(marketNow())}`);
  if (took.length > 0) {
    const sorted = [...took].sort((a, b) => a - b);
    say(latency, `${fixed(sorted[sorted.length >> 1], 1)} / ${fixed(sorted[Math.floor(sorted.length * 0.99)], 1)} ms`);
  }
  document.body.classList.toggle('lost', live?.state === 'waiting' || live?.state === 'refused');
  if (live?.state === 'refused') {
    banner.replaceChildren(
      h('span', {}, t('The session is over.')),
      h('button.button', { type: 'button', onclick: () => location.reload() }, t('Log in')),
    );
  } else if (live?.state === 'waiting') {
    const left = Math.max(0, Math.ceil((live.why.again - Date.now()) / 1000));
    if (!banner.firstChild || banner.hidden)
      banner.replaceChildren(
        h('b', {}, t('Connection lost')),
        h('span'),
        h('button.button', { type: 'button', onclick: () => live.retry() }, t('Try now')),
      );
    say(banner.children[1], t('next try in {0} s', left));
  }
  banner.hidden = live?.state !== 'waiting' && live?.state !== 'refused';
}

async function ping() {
  if (store.live.state !== 'live') return;
  const { took: ms, market } = await store.live.ping().catch(() => ({}));
  if (ms === undefined) return;
  took.push(ms);
  if (took.length > KEPT_TIMES) took.shift();
  store.shift = market + ms / 2 - Date.now();
}

async function look() {
  const now = await ask('/api/pipeline').catch(() => null);
  if (!now) return;
  say(source, now.source === 'simulated' ? 'T-Invest, simulated' : now.source);
  say(rate, t('{0} values/s', fixed(now.valuesASecond, 0)));
  say(clients, t('{0} clients', now.clients));
  if (now.instruments !== store.instruments.length) {
    await loadInstruments();
    await knowPairs();
    if (app.route.name === 'board') show();
  }
}

function logIn() {
  const [name, password, wrong] = [
    h('input', { name: 'name', autocomplete: 'username', required: true }),
    h('input', { name: 'password', type: 'password', autocomplete: 'current-password', required: true }),
    h('span.down', { role: 'alert' }),
  ];
  const form = h(
    'form.form',
    {
      onsubmit: async event => {
        event.preventDefault();
        try {
          await send('POST', '/api/session', { name: name.value, password: password.value });
          location.reload();
        } catch (refused) {
          say(wrong, refused.message);
        }
      },
    },
    h('label', {}, t('User'), name),
    h('label', {}, t('Password'), password),
    wrong,
    h('button.button.main', {}, t('Log in')),
  );
  part('screen').replaceChildren(h('div.centre', {}, form));
  name.focus();
}

async function begin() {
  store.about = await ask('/api/about');
  Object.assign(document.documentElement.dataset, { theme: settings.theme === 'light' ? 'light' : 'dark' });
  if (store.about.auth === 'password' && !store.about.user) {
    await speak(settings.language === 'system' ? navigator.language.slice(0, 2) : settings.language);
    logIn();
    return;
  }
  store.shift = Date.parse(store.about.market) - Date.now();
  connectLive();
  await Promise.all([loadInstruments().then(knowPairs), loadLists()]);
  part('status').append(state, stale, time, h('span.grow'), source, rate, clients, latency);
  store.live.watch(() => {
    drawStatus();
    if (store.live.state === 'live') ping();
  });
  addEventListener('hashchange', show);
  addEventListener('popstate', show);
  addEventListener('keydown', onKey);
  matchMedia('(prefers-color-scheme: light)').addEventListener('change', () => settings.theme === 'system' && app.dress());
  await app.dress();
  setInterval(drawStatus, 250);
  setInterval(ping, PING_EVERY);
  setInterval(look, PING_EVERY);
  look();
  ping();
  drawStatus();
}

globalThis.stockpipeline = { app, store, secondsOf };
begin().catch(error => {
  part('screen').replaceChildren(h('p.centre', {}, error.message));
  toast('StockPipeline', error.message);
});
