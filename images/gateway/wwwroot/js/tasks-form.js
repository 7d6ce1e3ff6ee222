// The form of a new task, made from what the gateway says of each kind: it knows types of fields, and no kinds.
import { INTERVALS, store, ask, send } from './store.js';
import { h, segments, toast } from './dom.js';
import { t } from './text.js';
import { newKey } from './tasks.js';

const FEW = 5;
const ZONES = ['UTC', 'Europe/Moscow', 'America/New_York'];

export function taskForm({ kind: wanted, note, started, saved }) {
  const element = h('form.form.newtask', { novalidate: true, onsubmit: submit });
  let kinds = [],
    kind = null,
    fields = [],
    key = newKey();

  load();

  async function load() {
    try {
      kinds = await ask('/api/tasks/kinds');
      kind = kinds.find(one => one.type === wanted) ?? kinds[0];
      draw();
    } catch (refused) {
      element.replaceChildren(h('p', {}, refused.message), h('button.button', { type: 'button', onclick: load }, t('Try again')));
    }
  }

  function draw() {
    fields = kind.params.map(field => ({ ...field, pointer: `/params/${field.name}`, ...control(field) }));
    const tag = extra('tag', t('Tag'), h('input', { maxLength: 100 })),
      timeout = extra('timeout', t('Deadline, seconds'), h('input', { type: 'number', min: 1, placeholder: String(kind.timeout) }));
    fields.push(tag, timeout);
    element.replaceChildren(
      h('h2', {}, t('New task')),
      segments(
        t('Kind'),
        kinds.map(one => [one.type, t(one.type)]),
        kind.type,
        type => {
          kind = kinds.find(one => one.type === type);
          note({ kind: type });
          draw();
          element.querySelector(`[data-value="${type}"]`)?.focus();
        },
      ),
      h('p.quiet', {}, t(kind.description)),
      ...fields.filter(field => !field.isExtra).map(labelled),
      h('details', {}, h('summary', {}, t('Tag and deadline')), labelled(tag), labelled(timeout)),
      repeat(),
      h('div.foot', {}, h('button.button.main', { type: 'submit' }, t('Start')), h('span.quiet', {}, t('Sending it twice starts it once.'))),
      h(
        'datalist',
        { id: 'tickers' },
        store.instruments.map(one => h('option', { value: one.ticker }, one.name)),
      ),
    );
    element.querySelector('.segments').classList.add('kinds');
    key = newKey();
  }

  const extra = (name, label, input) => ({ name, label, element: input, pointer: `/${name}`, isExtra: true, read: () => input.value || undefined });

  function labelled(field) {
    const id = `field-${field.name}`,
      isGroup = field.element.getAttribute('role') === 'radiogroup' || field.element.tagName === 'DIV';
    field.problem = h('small.down', { id: `${id}-problem`, role: 'alert' });
    if (!isGroup) field.element.id = id;
    return h(
      'div.field',
      { 'data-field': field.name },
      h(isGroup ? 'span' : 'label', isGroup ? {} : { for: id }, field.label ?? t(field.name)),
      field.element,
      field.description ? h('small.quiet', {}, t(field.description)) : null,
      field.problem,
    );
  }

  /** What a field is filled in with, and how it is read: undefined where it is left empty. */
  function control({ name, type, choices, default: usual, min, max, indicators }) {
    const input = properties => {
      const one = h('input', { autocomplete: 'off', ...properties });
      return { element: one, read: () => one.value.trim() || undefined };
    };
    const among = (values, chosen) => {
      let value = chosen;
      if (values.length <= FEW || type === 'interval')
        return { element: segments(t(name), values, chosen, picked => (value = picked)), read: () => value };
      const one = h(
        'select',
        {},
        values.map(([id, text]) => h('option', { value: id, selected: id === chosen }, text)),
      );
      return { element: one, read: () => one.value };
    };
    switch (type) {
      case 'instrument':
        return input({ list: 'tickers', value: store.instruments[0]?.ticker ?? '', spellcheck: 'false' });
      case 'instruments': {
        const one = input({ placeholder: t('All'), spellcheck: 'false' });
        return {
          ...one,
          read: () =>
            one
              .read()
              ?.split(/[\s,;]+/)
              .filter(Boolean),
        };
      }
      case 'interval':
        return among(INTERVALS, usual ?? '1-min');
      case 'choice':
        return among(
          choices.map(choice => [choice, t(choice)]),
          usual ?? choices[0],
        );
      case 'instant':
        return input({ type: 'date' });
      case 'wholeNumber': {
        const one = input({ type: 'number', min, max, value: usual ?? '' });
        return { ...one, read: () => (one.element.value === '' ? undefined : Number(one.element.value)) };
      }
      case 'indicator':
        return indicatorControl(indicators);
      default:
        return input({});
    }
  }

  /** An indicator and its numbers, put together as people write it: rsi(14). */
  function indicatorControl(indicators) {
    const numbers = h('div.numbers'),
      list = h(
        'select',
        { 'aria-label': t('indicator'), onchange: fill },
        indicators.map(one => h('option', { value: one.name }, one.title)),
      );
    list.value = indicators.some(one => one.name === 'macd') ? 'macd' : indicators[0].name;
    function fill() {
      const { parameters } = indicators.find(one => one.name === list.value);
      numbers.replaceChildren(
        ...parameters.map(rule =>
          h(
            'label',
            {},
            rule.name,
            h('input', { type: 'number', min: rule.least, max: rule.most, step: rule.isWhole ? 1 : 'any', value: rule.usual }),
          ),
        ),
      );
    }
    fill();
    return {
      element: h('div', {}, list, numbers),
      read: () => {
        const values = [...numbers.querySelectorAll('input')].map(one => one.value);
        return values.length ? `${list.value}(${values.join(',')})` : list.value;
      },
    };
  }

  const params = () =>
    Object.fromEntries(
      fields
        .filter(field => !field.isExtra)
        .map(field => [field.name, field.read()])
        .filter(([, value]) => value !== undefined),
    );

  async function submit(event) {
    event.preventDefault();
    const [tag, timeout] = ['tag', 'timeout'].map(name => fields.find(field => field.name === name).read());
    const request = { type: kind.type, params: params(), tag, timeout: timeout === undefined ? undefined : Number(timeout) };
    await refusing(async () => {
      started(await send('POST', '/api/tasks', request, { 'idempotency-key': key }));
      key = newKey();
    });
  }

  /** A schedule of the same kind and parameters. */
  function repeat() {
    const [name, cron] = [
        h('input', { 'aria-label': t('Name'), placeholder: t('Name'), maxLength: 60, autocomplete: 'off' }),
        h('input', { 'aria-label': t('Times'), placeholder: '*/15 10-18 * * 1-5', autocomplete: 'off', spellcheck: 'false' }),
      ],
      zone = h(
        'select',
        { 'aria-label': t('Zone') },
        ZONES.map(one => h('option', {}, one)),
      );
    return h(
      'details.repeat',
      {},
      h('summary', {}, t('Again and again')),
      h('p.quiet', {}, t('Five fields of cron: minute, hour, day, month, weekday.')),
      name,
      cron,
      zone,
      h(
        'button.button',
        {
          type: 'button',
          onclick: () =>
            refusing(async () => {
              const schedule = { type: kind.type, params: params(), cron: cron.value, zone: zone.value };
              await send('PUT', `/api/schedules/${encodeURIComponent(name.value || ' ')}`, schedule);
              toast(t('Schedule saved'), name.value);
              saved();
            }),
        },
        t('Save as a schedule'),
      ),
    );
  }

  /** What is wrong is said at its field, the rest in a toast. */
  async function refusing(act) {
    for (const field of fields) {
      field.problem.textContent = '';
      field.element.removeAttribute('aria-invalid');
    }
    try {
      await act();
    } catch (refused) {
      const left = (refused.errors ?? []).filter(({ pointer, detail }) => {
        const field = fields.find(one => pointer === one.pointer);
        if (!field) return true;
        field.problem.textContent = detail;
        field.element.setAttribute('aria-invalid', 'true');
        field.element.setAttribute('aria-describedby', field.problem.id);
        field.element.focus();
        return false;
      });
      if (left.length > 0 || !refused.errors?.length) {
        // Under the same key a changed request would be refused: the next one is another.
        if (refused.code === 'key-reused') key = newKey();
        toast(t('Not started'), left.map(one => `${one.pointer.slice(1)} ${one.detail}`).join('; ') || refused.message);
      }
    }
  }

  element.addEventListener('input', () => (key = newKey()));
  return { element };
}
