// Rules of whoever looks, what they have told, and a code by which a Telegram chat is linked.
import { store, ask, send } from './store.js';
import { h, say, toast } from './dom.js';
import { t, moment } from './text.js';

const REFRESH_EVERY = 5_000;
const EVENTS = 100;

const number = value => (Math.abs(value) >= 1e6 ? value.toFixed(0) : String(Number(value.toPrecision(8))));

export function open({ app, screen, tools, summary, title }) {
  let filter = '',
    rules = [],
    events = [],
    isOver = false;
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

  async function load() {
    try {
      [rules, events] = await Promise.all([ask('/api/alerts'), ask(`/api/alert-events?limit=${EVENTS}`)]);
      if (!isOver) draw();
    } catch (refused) {
      say(count, refused.message);
    }
  }

  function draw() {
    const fits = one => !filter || one.name.toLowerCase().includes(filter);
    say(count, String(rules.length));
    list.replaceChildren(
      ...rules
        .filter(fits)
        .map(rule =>
          h(
            'li',
            { 'data-rule': rule.id },
            h('b', {}, rule.text),
            ' ',
            h('span.quiet', {}, rule.how),
            ' ',
            h('button.button', { type: 'button', 'aria-label': `${t('Delete')}: ${rule.text}`, onclick: () => remove(rule) }, t('Delete')),
          ),
        ),
    );
    if (rules.length === 0) list.append(h('li.quiet', {}, t('There are no rules yet.')));
    said.replaceChildren(
      ...events
        .filter(fits)
        .map(one =>
          h(
            'li',
            { 'data-withdrawn': String(one.withdrawn) },
            h('span.number', {}, moment(Date.parse(one.time))),
            ' ',
            h(one.withdrawn ? 's' : 'b', {}, one.text),
            ' ',
            one.kind === 'stale' || one.withdrawn ? '' : number(one.value),
            one.withdrawn ? h('span.warn', {}, ` ${t('withdrawn')}`) : one.late ? h('span.quiet', {}, ` ${t('late')}`) : null,
          ),
        ),
    );
    if (events.length === 0) said.append(h('li.quiet', {}, t('Nothing has happened yet.')));
  }

  async function add(event) {
    event.preventDefault();
    try {
      await send('POST', '/api/alerts', { instrument: name.value.trim(), text: text.value.trim() });
      text.value = '';
      await load();
    } catch (refused) {
      toast(t('Alerts'), refused.message);
    }
  }

  async function remove(rule) {
    await send('DELETE', `/api/alerts/${encodeURIComponent(rule.id)}`).catch(refused => toast(t('Alerts'), refused.message));
    await load();
  }

  async function link() {
    try {
      const { code } = await send('POST', '/api/telegram-code', {});
      toast(t('Code for Telegram'), t('Send /start {0} to the bot within ten minutes.', code));
    } catch (refused) {
      toast(t('Code for Telegram'), refused.message);
    }
  }

  load();
  const timer = setInterval(load, REFRESH_EVERY);
  return {
    filter(wanted) {
      filter = wanted.toLowerCase();
      draw();
    },
    key: () => false,
    close() {
      isOver = true;
      clearInterval(timer);
    },
  };
}
