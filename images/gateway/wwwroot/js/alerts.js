// Rules of whoever looks, what they have told, and a code by which a Telegram chat is linked.
import { store, ask, send } from './store.js';
import { h, say, toast } from './dom.js';
import { t, moment } from './text.js';

const EVENTS = 100;

const number = value => (Math.abs(value) >= 1e6 ? value.toFixed(0) : String(Number(value.toPrecision(8))));

export function open({ app, screen, tools, summary, title }) {
  const events = new Map(),
    rows = new Map();
  let filter = '',
    rules = [],
    asked = 0,
    frame = 0;
  say(title, t('Alerts'));
  const count = h('span.number');
  summary.append(count);
  tools.append(h('button.button', { type: 'button', onclick: link }, t('Code for Telegram')));
  const names = h('datalist', { id: 'alert-names' }),
    name = h('input', {
      name: 'instrument',
      list: 'alert-names',
      required: true,
      autocomplete: 'off',
      'aria-label': t('Instrument'),
      placeholder: 'SBER',
    }),
    text = h('input', { name: 'text', required: true, autocomplete: 'off', 'aria-label': t('Rule'), placeholder: '> 300 repeat' }),
    form = h('form.alert-form', { onsubmit: add }, names, name, text, h('button.button', { type: 'submit' }, t('Add')));
  const list = h('ul.alert-rules', { 'aria-label': t('Rules') }),
    said = h('ol.alert-events', { 'aria-label': t('Events'), 'aria-live': 'polite' });
  screen.append(
    h(
      'div.settings.alerts',
      {},
      h(
        'section',
        {},
        h('h2', {}, t('Rules')),
        form,
        h('p.quiet', {}, t('For example: > 300, -3% 1h, rsi < 30 4h, macd up 1h, closed 1d, stale 10m; then repeat, cooldown 30m, margin 0.5%, now')),
        list,
      ),
      h('section', {}, h('h2', {}, t('Events')), said),
    ),
  );
  names.append(...store.instruments.map(one => h('option', { value: one.ticker })));
  if (app.route.parts[0]) name.value = app.route.parts[0];

  const live = store.live.subscribe(
    { stream: 'alerts' },
    {
      alert: take,
      mark: load,
      'alert-rules': load,
      reset() {
        events.clear();
        later();
      },
    },
  );

  /** The newest word on an event is the last one; of one rule and candle there is one. */
  function take(event) {
    const key = `${event.rule} ${event.time}`;
    events.delete(key);
    events.set(key, event);
    if (events.size > EVENTS) events.delete(events.keys().next().value);
    later();
  }

  /** Of several answers the one that was asked for last counts, whichever comes last. */
  async function load() {
    const number = ++asked;
    try {
      const answer = await ask('/api/alerts');
      if (number !== asked) return;
      rules = answer;
      later();
    } catch (refused) {
      if (number === asked) say(count, refused.message);
    }
  }

  function later() {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      draw();
    });
  }

  function draw() {
    const fits = one => !filter || one.name.toLowerCase().includes(filter);
    say(count, String(rules.length));
    for (const id of rows.keys()) if (!rules.some(rule => rule.id === id)) rows.delete(id);
    const lines = rules.filter(fits).map(row);
    if (rules.length === 0) lines.push(h('li.quiet', {}, t('There are no rules yet.')));
    // A line that stays is not touched: somebody may be about to press its button.
    if (lines.length !== list.children.length || lines.some((line, i) => line !== list.children[i])) list.replaceChildren(...lines);
    said.replaceChildren(...[...events.values()].reverse().filter(fits).map(eventLine));
    if (events.size === 0) said.append(h('li.quiet', {}, t('Nothing has happened yet.')));
  }

  function row(rule) {
    const known = rows.get(rule.id);
    if (known && known.text === rule.text && known.how === rule.how) return known.line;
    const line = h(
      'li',
      { 'data-rule': rule.id },
      h('b', {}, rule.text),
      ' ',
      h('span.quiet', {}, rule.how),
      ' ',
      h('button.button', { type: 'button', 'aria-label': `${t('Delete')}: ${rule.text}`, onclick: () => remove(rule) }, t('Delete')),
    );
    rows.set(rule.id, { line, text: rule.text, how: rule.how });
    return line;
  }

  const eventLine = one =>
    h(
      'li',
      { 'data-withdrawn': String(one.withdrawn) },
      h('span.number', {}, moment(Date.parse(one.time))),
      ' ',
      h(one.withdrawn ? 's' : 'b', {}, one.text),
      ' ',
      one.kind === 'stale' || one.withdrawn ? '' : number(one.value),
      one.withdrawn ? h('span.warn', {}, ` ${t('withdrawn')}`) : one.late ? h('span.quiet', {}, ` ${t('late')}`) : null,
    );

  async function add(event) {
    event.preventDefault();
    try {
      await send('POST', '/api/alerts', { instrument: name.value.trim(), text: text.value.trim() });
      text.value = '';
    } catch (refused) {
      toast(t('Alerts'), refused.message);
    }
  }

  async function remove(rule) {
    await send('DELETE', `/api/alerts/${encodeURIComponent(rule.id)}`).catch(refused => toast(t('Alerts'), refused.message));
  }

  async function link() {
    try {
      const { code } = await send('POST', '/api/telegram-code', {});
      toast(t('Code for Telegram'), t('Send /start {0} to the bot within ten minutes.', code));
    } catch (refused) {
      toast(t('Code for Telegram'), refused.message);
    }
  }

  draw();
  return {
    filter(wanted) {
      filter = wanted.toLowerCase();
      later();
    },
    key: () => false,
    close() {
      live.close();
      asked++;
      cancelAnimationFrame(frame);
    },
  };
}
