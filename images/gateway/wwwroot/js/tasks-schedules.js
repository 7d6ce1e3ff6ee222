// Schedules: when each is due next, how its last task ended, whether it is on, and a button that does not wait.
import { ask, send } from './store.js';
import { h, toast } from './dom.js';
import { t, age } from './text.js';
import { about, newKey, stateOf } from './tasks.js';

const REFRESH_EVERY = 5000;

export function schedulePane() {
  const body = h('tbody'),
    none = h('p.quiet', { hidden: true }, t('No schedule yet: fill in the form and save it as one.')),
    element = h(
      'section.plan',
      { 'aria-label': t('Schedules') },
      h('div.planhead', {}, h('h2', {}, t('Schedules')), h('span.quiet', {}, t('A time missed while nothing ran is caught up once.'))),
      h(
        'table.data',
        {},
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ['On', 'Name', 'What', 'When', 'Next', 'Last run', ''].map(name => (name ? h('th', { scope: 'col' }, t(name)) : h('td'))),
          ),
        ),
        body,
      ),
      none,
    );
  const rows = new Map();

  async function load() {
    const list = await ask('/api/schedules').catch(() => null);
    if (!list) return;
    none.hidden = list.length > 0;
    element.querySelector('table').hidden = list.length === 0;
    for (const name of rows.keys()) if (!list.some(one => one.name === name)) rows.delete(name);
    const shown = list.sort((a, b) => a.name.localeCompare(b.name)).map(bind);
    if (shown.length !== body.children.length || shown.some((row, i) => row !== body.children[i])) body.replaceChildren(...shown);
  }

  function bind(schedule) {
    let row = rows.get(schedule.name);
    if (!row) rows.set(schedule.name, (row = make(schedule.name)));
    row.schedule = schedule;
    row.on.checked = schedule.enabled;
    row.what.textContent = `${t(schedule.type)} ${about(schedule.params)}`;
    row.when.replaceChildren(h('span.mono', {}, schedule.cron), h('span.quiet', {}, ` ${schedule.zone}`));
    draw(row);
    return row.element;
  }

  function make(name) {
    const row = { what: h('td'), when: h('td'), next: h('td.number'), last: h('td') };
    row.on = h('input', { type: 'checkbox', 'aria-label': t('{0} is on', name), onchange: () => change(row) });
    row.element = h(
      'tr',
      { 'data-schedule': name },
      h('td', {}, row.on),
      h('th', { scope: 'row' }, name),
      row.what,
      row.when,
      row.next,
      row.last,
      h(
        'td.act',
        {},
        h('button.button.small', { type: 'button', onclick: () => run(row) }, t('Run now')),
        h('button.button.small', { type: 'button', 'aria-label': t('Remove {0}', name), onclick: () => remove(row) }, t('Remove')),
      ),
    );
    return row;
  }

  function draw({ schedule, next, last }) {
    const due = schedule.next ? Date.parse(schedule.next) - Date.now() : null;
    next.textContent = !schedule.enabled ? t('off') : due === null ? '' : t('in {0}', age(due));
    const ended = schedule.last,
      until = ended?.result?.until;
    const said = [];
    if (ended) said.push(stateOf(ended.state), h('span.quiet', {}, ` ${t('{0} ago', age(Date.now() - Date.parse(ended.slot)))}`));
    if (until) said.push(h('span.quiet', {}, `, ${t('data until {0} ago', age(Date.now() - Date.parse(until)))}`));
    if (ended?.error) said.push(h('span.quiet', {}, `, ${ended.error.text}`));
    last.replaceChildren(...said);
  }

  async function change({ schedule, on }) {
    const { type, params, cron, zone, missed } = schedule;
    await trying(() => send('PUT', `/api/schedules/${encodeURIComponent(schedule.name)}`, { type, params, cron, zone, missed, enabled: on.checked }));
  }

  async function run({ schedule }) {
    await trying(async () => {
      await send('POST', `/api/schedules/${encodeURIComponent(schedule.name)}/run`, undefined, { 'idempotency-key': newKey() });
      toast(t('{0} started', schedule.name), t('Outside its times; the next time stays as it is.'));
    });
  }

  async function remove({ schedule }) {
    if (confirm(t('Remove {0}', schedule.name))) await trying(() => send('DELETE', `/api/schedules/${encodeURIComponent(schedule.name)}`));
  }

  async function trying(act) {
    try {
      await act();
    } catch (refused) {
      toast(t('Schedules'), refused.message);
    }
    await load();
  }

  load();
  const timer = setInterval(load, REFRESH_EVERY),
    second = setInterval(() => rows.forEach(draw), 1000);
  return {
    element,
    load,
    close() {
      clearInterval(timer);
      clearInterval(second);
    },
  };
}
