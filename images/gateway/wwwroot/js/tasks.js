// Work that takes long: what was asked for, how far it is, and what came of it.
import { store, send } from './store.js';
import { h, say, mark, segments, toast, nothing } from './dom.js';
import { t, age } from './text.js';
import { taskForm } from './tasks-form.js';
import { resultPane } from './tasks-result.js';
import { schedulePane } from './tasks-schedules.js';

const NEWEST = 100;
const KEPT = 500;
const DOTS = { queued: 'quiet', running: 'busy', retrying: 'stale', succeeded: '', failed: 'bad', cancelled: 'closed' };

export const isOpen = task => ['queued', 'running', 'retrying'].includes(task.state);

const FILTERS = [
  ['all', 'All', () => true],
  ['open', 'Open', isOpen],
  ['failed', 'Failed', task => task.state === 'failed'],
  ['finished', 'Finished', task => !isOpen(task)],
];

/** A dot and a word: how a task is. */
export const stateOf = state => h(`span.dot${DOTS[state] ? `.${DOTS[state]}` : ''}`, {}, t(state));

/** What a task is about, in a few words. */
export function about(params) {
  const { instrument, instruments, from, to, ...rest } = params,
    day = text => text?.slice(0, 10);
  const range = from || to ? `${day(from) ?? '…'} – ${day(to) ?? '…'}` : null;
  return [
    instrument ?? (instruments ? instruments.slice(0, 3).join(' ') + (instruments.length > 3 ? ' …' : '') : null),
    ...Object.values(rest),
    range,
  ]
    .filter(Boolean)
    .join(', ');
}

/** A key of its own for a request: sent twice under it, it is one task. */
export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');

export function open({ app, screen, tools, summary, title }) {
  const { query } = app.route,
    tasks = new Map(),
    rows = new Map();
  let filter = query.get('state') ?? 'all',
    chosen = query.get('task'),
    frame = 0,
    isRead = false;
  say(title, t('Tasks'));
  const openCount = h('span.number');
  summary.append(openCount);

  const box = h('div.tasks', { 'data-part': query.get('part') ?? 'list' }),
    tabs = h('div.tabs', { role: 'group', 'aria-label': t('Tasks') }),
    list = h('ul.tasklist', { 'aria-label': t('Tasks') }),
    result = resultPane({ retry: again }),
    schedules = schedulePane(),
    form = taskForm({ kind: query.get('kind'), note: app.note, started, saved: () => schedules.load() });
  const parts = segments(
    t('Part'),
    [
      ['list', t('Tasks')],
      ['result', t('Result')],
      ['plan', t('Schedules')],
      ['form', t('New task')],
    ],
    box.dataset.part,
    part => {
      box.dataset.part = part;
      app.note({ part: part === 'list' ? null : part });
    },
  );
  parts.classList.add('narrow');
  tools.append(parts);
  box.append(
    h('section.formpane', { 'aria-label': t('New task') }, form.element),
    h('section.listpane', {}, tabs, list),
    result.element,
    schedules.element,
  );
  screen.append(box);

  const live = store.live.subscribe(
    { stream: 'tasks', last: NEWEST },
    {
      task: ({ task }) => take(task),
      mark() {
        isRead = true;
        later();
      },
      reset() {
        tasks.clear();
        later();
      },
    },
  );

  function take(task) {
    const before = tasks.get(task.id);
    tasks.set(task.id, task);
    if (isRead && before && isOpen(before) && !isOpen(task)) toast(`${task.type} · ${t(task.state)}`, task.error?.text ?? about(task.params));
    if (tasks.size > KEPT) tasks.delete(sorted().at(-1).id);
    if (task.id === chosen && before?.state !== task.state) result.show(task);
    later();
  }

  /** On a narrow screen one part is seen at a time. */
  const turnTo = part => innerWidth < 1000 && parts.querySelector(`[data-value='${part}']`).click();

  /** What the socket has told of the task meanwhile is newer than the answer to its request. */
  function started(task) {
    if (!tasks.has(task.id)) tasks.set(task.id, task);
    choose(task.id);
    turnTo('list');
    later();
  }

  async function again(task) {
    try {
      started(await send('POST', '/api/tasks', { type: task.type, params: task.params, tag: task.tag }, { 'idempotency-key': newKey() }));
    } catch (refused) {
      toast(t('Not started'), refused.message);
    }
  }

  async function cancel(task) {
    try {
      const answer = await send('DELETE', task.links.self);
      if (isOpen(tasks.get(task.id) ?? answer)) take(answer);
    } catch (refused) {
      toast(t('Not cancelled'), refused.message);
    }
  }

  function choose(id) {
    chosen = id;
    app.note({ task: id });
    result.show(tasks.get(id));
    later();
  }

  const sorted = () => [...tasks.values()].sort((a, b) => b.created.localeCompare(a.created) || b.id.localeCompare(a.id));

  function later() {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      draw();
    });
  }

  function draw() {
    const all = sorted();
    drawTabs(all);
    const openTasks = all.filter(isOpen).length;
    say(openCount, openTasks ? t('{0} open', openTasks) : '');
    const shown = all.filter(FILTERS.find(([id]) => id === filter)?.[2] ?? FILTERS[0][2]);
    for (const id of rows.keys()) if (!tasks.has(id)) rows.delete(id);
    const elements = shown.map(task => row(task));
    if (elements.length !== list.children.length || elements.some((element, i) => element !== list.children[i])) list.replaceChildren(...elements);
    if (shown.length === 0 && isRead)
      list.replaceChildren(
        h('li.none', {}, nothing(t(all.length ? 'None of these' : 'No task yet'), t('Start one; its result comes to every tab you have open.'))),
      );
  }

  function drawTabs(all) {
    if (!tabs.firstChild)
      tabs.append(
        ...FILTERS.map(([id, name]) =>
          h(
            'button',
            {
              type: 'button',
              'data-filter': id,
              onclick: () => {
                filter = id;
                app.note({ state: id === 'all' ? null : id });
                later();
              },
            },
            t(name),
            h('span.count'),
          ),
        ),
      );
    FILTERS.forEach(([id, , test], i) => {
      mark(tabs.children[i], 'aria-pressed', String(filter === id));
      say(tabs.children[i].lastChild, String(all.filter(test).length));
    });
  }

  function row(task) {
    let made = rows.get(task.id);
    if (!made) rows.set(task.id, (made = makeRow(task.id)));
    if (made.task !== task) bind(made, task);
    mark(made.element, 'data-chosen', String(task.id === chosen));
    drawAge(made);
    return made.element;
  }

  function makeRow(id) {
    const made = { state: h('span'), kind: h('b'), about: h('span'), attempt: h('span.tag'), when: h('span.number.when'), act: h('span.acts') };
    made.bar = h('div.progress', { role: 'progressbar', 'aria-valuemin': '0', 'aria-valuemax': '100' }, h('i'));
    made.text = h('span.text');
    made.share = h('b.number');
    made.second = h('div.line.second', {}, made.bar, made.text, made.share);
    made.element = h(
      'li',
      { 'data-id': id, onclick: () => (choose(id), turnTo('result')) },
      h(
        'div.line',
        {},
        made.state,
        h('button.what', { type: 'button' }, made.kind, ' ', made.about),
        made.attempt,
        h('span.grow'),
        made.when,
        made.act,
      ),
      made.second,
    );
    return made;
  }

  function bind(made, task) {
    const wasState = made.task?.state;
    made.task = task;
    say(made.kind, task.type);
    say(made.about, about(task.params));
    made.attempt.hidden = task.attempt < 2;
    say(made.attempt, t('attempt {0}', task.attempt));
    const progress = task.state === 'running' ? task.progress : null,
      share = progress?.total ? Math.min(1, progress.done / progress.total) : null;
    made.second.hidden = !isOpen(task) && task.state !== 'failed';
    made.bar.hidden = !isOpen(task);
    made.bar.firstChild.style.transform = `scaleX(${share ?? 0})`;
    mark(made.bar, 'aria-valuenow', String(Math.round((share ?? 0) * 100)));
    mark(made.bar, 'aria-label', `${task.type} ${about(task.params)}`);
    say(made.text, task.error?.text ?? progress?.text ?? '');
    say(made.share, share === null ? '' : `${Math.floor(share * 100)}%`);
    if (wasState === task.state) return;
    mark(made.element, 'data-state', task.state);
    made.state.replaceChildren(stateOf(task.state));
    const button = isOpen(task) ? ['Cancel', cancel] : task.state === 'succeeded' ? null : ['Retry', again];
    made.act.replaceChildren(
      ...(button
        ? [
            h(
              'button.button.small',
              {
                type: 'button',
                onclick: event => {
                  event.stopPropagation();
                  button[1](made.task);
                },
              },
              t(button[0]),
            ),
          ]
        : []),
    );
  }

  function drawAge(made) {
    const { ended, created } = made.task;
    say(made.when, t('{0} ago', age(Date.now() - Date.parse(ended ?? created))));
  }

  result.show(undefined);
  const timer = setInterval(() => {
    for (const made of rows.values()) if (made.element.isConnected) drawAge(made);
    if (chosen && !result.shown && tasks.has(chosen)) result.show(tasks.get(chosen));
  }, 1000);
  return {
    key(event) {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return false;
      const shown = [...list.querySelectorAll('[data-id]')],
        at = shown.findIndex(one => one.dataset.id === chosen) + (event.key === 'ArrowDown' ? 1 : -1);
      if (shown[at]) choose(shown[at].dataset.id);
      return true;
    },
    close() {
      live.close();
      clearInterval(timer);
      cancelAnimationFrame(frame);
      schedules.close();
      result.close();
    },
  };
}
