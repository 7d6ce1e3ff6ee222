// The pipeline as it is now: from the source over topics and workers to the clients, with rates, lag and age.
import { ask } from './store.js';
import { h, say, nothing } from './dom.js';
import { t, age, fixed, compact } from './text.js';

const REFRESH_EVERY = 2000;
const OLD = { '1-min': 180, '5-min': 600, '15-min': 1800, '30-min': 3600, '1-hour': 7200, '4-hour': 28800, '1-day': 172800 };
const STAGES = ['Source', 'Collectors', 'Topics', 'Workers', 'Doors'];
const KINDS = {
  broker: 0,
  simulator: 0,
  postgres: 0,
  schema: 0,
  topics: -1,
  welcome: -1,
  config: 1,
  candles: 1,
  history: 1,
  polygon: 1,
  rates: 1,
  'rates-api': 4,
  gaps: 3,
  lack: 3,
  macd: 3,
  indicator: 3,
  indicators: 3,
  currencies: 0,
  tasks: 3,
  alerts: 3,
};

export function open({ app, screen, tools, summary, title }) {
  say(title, t('Pipeline'));
  const [values, clients, gaps] = [h('span.number'), h('span.number'), h('span.number.warn')],
    flow = h('div.flow'),
    sheet = h('aside.sheet', { hidden: true });
  summary.append(values, clients, gaps);
  const lines = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const stages = STAGES.map(name => h('div.stage', {}, h('h2', {}, t(name))));
  flow.append(lines, ...stages);
  screen.append(flow, sheet);
  const nodes = new Map();
  let opened = app.route.query.get('node');

  async function load() {
    try {
      draw(await ask('/api/pipeline'));
    } catch (refused) {
      flow.replaceChildren(nothing(t('Pipeline'), refused.message, h('button.button', { type: 'button', onclick: load }, t('Try again'))));
    }
  }

  function draw(now) {
    say(values, t('{0} values/s', fixed(now.valuesASecond, 1)));
    say(clients, t('{0} clients', now.clients));
    say(gaps, now.openGaps ? `${now.openGaps} ${t('open')}` : '');
    put(0, 'source', now.source === 'simulated' ? 'T-Invest, simulated' : now.source, [t('{0} instruments', now.instruments)], 'live', {});
    for (const topic of now.topics) {
      const isOld = topic.ageSeconds === null || topic.ageSeconds > OLD[topic.interval];
      put(
        2,
        `topic ${topic.name}`,
        topic.name,
        [`${fixed(topic.rate, 1)}/s`, topic.ageSeconds === null ? '' : age(topic.ageSeconds * 1000)],
        topic.live ? (topic.ageSeconds === null ? 'none' : isOld ? 'quiet' : 'live') : 'busy',
        {
          [t('records')]: compact(topic.records),
          [t('rate')]: `${fixed(topic.rate, 2)}/s`,
          [t('Age')]: topic.ageSeconds === null ? '' : age(topic.ageSeconds * 1000),
          [t('Ticker')]: String(topic.series),
        },
        topic.rate > 0,
      );
    }
    for (const service of now.services) {
      const stage = KINDS[service.name] ?? KINDS[service.name.split('-')[0]] ?? (/^(gateway|websocket|telegram|catalog)/.test(service.name) ? 4 : 1);
      if (stage < 0) continue;
      const state = service.state === 'ready' ? 'live' : service.state === 'starting' ? 'busy' : 'bad';
      put(
        stage,
        service.name,
        service.name,
        [service.state === 'ready' ? t(service.reason ?? '') : service.state, service.lag ? `${t('lag')} ${compact(service.lag)}` : ''],
        state,
        {
          [t('Feed')]: service.state,
          [t('lag')]: service.lag === null ? '' : String(service.lag),
          ...(service.reason ? { '': service.reason } : {}),
        },
      );
    }
    put(4, 'clients', t('{0} clients', now.clients), [], now.clients ? 'live' : 'none', {});
    requestAnimationFrame(connect);
  }

  function put(stage, id, name, notes, state, facts, isMoving = false) {
    let node = nodes.get(id);
    if (!node) {
      node = { stage, element: h('button.node', { type: 'button', onclick: () => show(id) }, h('b'), h('i.dot'), h('span'), h('span')), facts: {} };
      nodes.set(id, node);
      stages[stage].append(node.element);
    }
    node.facts = facts;
    node.isMoving = isMoving;
    const [head, dot, left, right] = node.element.children;
    say(head, name);
    dot.className = `dot ${state}`;
    node.element.dataset.state = state === 'bad' ? 'bad' : '';
    say(left, notes[0] ?? '');
    say(right, notes[1] ?? '');
    if (opened === id) show(id);
  }

  function show(id) {
    opened = id;
    app.note({ node: id });
    sheet.hidden = false;
    sheet.replaceChildren(
      h('h2', {}, id, h('span.grow'), h('button', { type: 'button', 'aria-label': t('Close'), onclick: close }, '✕')),
      h(
        'dl',
        {},
        Object.entries(nodes.get(id).facts).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
      ),
    );
  }

  function close() {
    nodes.get(opened)?.element.focus();
    opened = null;
    sheet.hidden = true;
    app.note({ node: null });
  }

  /** A line from each stage to the next through the topics; those where something moves are dashed. */
  function connect() {
    const frame = flow.getBoundingClientRect(),
      place = node => {
        const box = node.element.getBoundingClientRect();
        return {
          left: box.left - frame.left + flow.scrollLeft,
          right: box.right - frame.left + flow.scrollLeft,
          y: (box.top + box.bottom) / 2 - frame.top + flow.scrollTop,
        };
      };
    const all = [...nodes.values()],
      paths = [];
    const link = (a, b, moves) => {
      if (!a || !b) return;
      const from = place(a),
        to = place(b),
        middle = (from.right + to.left) / 2;
      paths.push(`<path d="M${from.right} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.left} ${to.y}"${moves ? ' class="moving"' : ''}/>`);
    };
    const topic = name => nodes.get(`topic ${name}`),
      gateway = nodes.get('gateway');
    for (const [id, node] of nodes) {
      if (node.stage === 1 && /^(candles|history|config)/.test(id)) link(nodes.get('source'), node, false);
      if (node.stage === 1 && topic(id)) link(node, topic(id), topic(id).isMoving);
      if (node.stage === 3 && id.startsWith('macd-'))
        link(topic(id.replace('macd', 'candles')), node, topic(id.replace('macd', 'candles'))?.isMoving);
      if (gateway && node.stage === 3 && id.startsWith('macd-')) link(node, gateway, node.isMoving);
    }
    lines.style.height = `${flow.scrollHeight}px`;
    lines.innerHTML = paths.join('');
  }

  load();
  const timer = setInterval(load, REFRESH_EVERY);
  return {
    key(event) {
      if (event.key !== 'Escape' || sheet.hidden) return false;
      close();
      return true;
    },
    close() {
      clearInterval(timer);
    },
  };
}
