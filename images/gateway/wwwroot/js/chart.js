// One instrument and interval: candles and indicators as they come, history while scrolling back, holes and repairs.
import { store, INTERVALS, secondsOf, toggleFavourite, favourites } from './store.js';
import { h, say, icon, menu, segments, toggle, toast, showTip, hideTip, nothing } from './dom.js';
import { t, fixed, signed, compact, digitsOf, moment, minute, dayMonth, monthOf, yearOf } from './text.js';
import { planOf, drawFreshness } from './freshness.js';
import { Plot } from './plot.js';
import { ChartRows, seconds } from './chart-rows.js';

const MAX_SLOTS = 1500;
const SIDE_BY_SIDE = 5;
const nameOf = stream => (stream.name === stream.label.split('(')[0] ? stream.name : stream.label).toUpperCase();

export function open({ app, screen, tools, summary, title }) {
  const { parts, query } = app.route;
  const instrument = store.byTicker.get(parts[0]) ?? store.byFigi.get(parts[0]) ?? store.instruments[0];
  if (!instrument) {
    screen.append(nothing(t('Nothing found'), t('The gateway is reading the topics: {0}', 'th-config')));
    return { close() {} };
  }
  const interval = INTERVALS.some(([id]) => id === parts[1]) ? parts[1] : '1-min',
    step = secondsOf(interval),
    isDaily = step >= 86400;
  const digits = Math.min(6, digitsOf(instrument.step)),
    layers = new Set((query.get('on') ?? 'volume,gaps,macd').split(',').filter(Boolean));
  const others = store.about.streams.filter(stream => stream.name !== 'candles');
  let isReady = false,
    hovered = null,
    written = 0,
    known = [];

  // -- Frame
  title.replaceChildren(instrument.ticker);
  const [price, moved, fresh] = [h('span.big.number'), h('span.number'), h('span.dot.none')];
  summary.append(h('span.optional', {}, instrument.name), price, moved, planOf(instrument), fresh);
  const epoch = h('span.number.quiet'),
    star = h(
      'button.button.plain.star',
      {
        type: 'button',
        title: `${t('Favourites')} (W)`,
        'aria-label': t('Favourites'),
        'aria-pressed': String(favourites().figis.includes(instrument.figi)),
        onclick: favourite,
      },
      icon('star', 16),
    );
  const layer = (id, text, title) =>
    toggle(
      text,
      layers.has(id),
      is => {
        if (is) layers.add(id);
        else layers.delete(id);
        app.note({ on: [...layers].join(',') });
        follow();
        plot.restyle({ streams: streams() });
        listen();
        showHoles();
      },
      { 'data-layer': id, title },
    );

  /** A few stand side by side; many in a menu. */
  function indicators() {
    const all = others.map(stream => layer(stream.name, nameOf(stream), stream.title));
    return all.length <= SIDE_BY_SIDE ? all : [menu(t('Indicators'), ...all)];
  }

  tools.append(
    segments(
      t('Interval'),
      INTERVALS.map(([id, text]) => [id, text, id]),
      interval,
      id => app.go('chart', [instrument.ticker, id], true),
    ),
    layer('volume', t('Volume')),
    layer('gaps', t('Gaps')),
    ...indicators(),
    h('span.grow'),
    epoch,
    star,
    h('button.button.plain', { type: 'button', title: 'S', onclick: screenshot }, icon('camera', 16), t('Screenshot')),
  );

  const box = h('div.plot', { role: 'group', 'aria-label': `${instrument.ticker} ${interval}` }),
    legends = h('div'),
    chip = h('div.chip', { hidden: true }, h('span.dot.busy', {}, t('Loading earlier candles')));
  const toLive = h(
    'button.button.golive',
    { type: 'button', hidden: true, title: 'End', onclick: () => plot.chart.timeScale().scrollToRealTime() },
    icon('live', 14),
    t('Go to live'),
  );
  const empty = nothing(
    t('No candles of {0} yet', instrument.ticker),
    t('They are being asked for; the pipeline shows how far it is.'),
    h('button.button', { type: 'button', onclick: () => app.go('pipeline') }, t('See the pipeline')),
  );
  empty.hidden = true;
  screen.append(h('div.chart', {}, h('div.plotarea', {}, box, legends, chip, toLive, empty)));

  const streams = () => others.filter(stream => layers.has(stream.name));
  const plot = new Plot(box, {
    digits,
    isDaily,
    layers,
    streams: streams(),
    format: {
      tick: (time, kind) =>
        kind === 0 ? yearOf(time * 1000) : kind === 1 ? monthOf(time * 1000) : kind === 2 ? dayMonth(time * 1000) : minute(time * 1000),
      time: time => (isDaily ? dayMonth(time * 1000) : moment(time * 1000)),
    },
  });
  plot.onDrawn = drawLegends;
  app.plot = plot;
  listen();

  function listen() {
    const scale = plot.chart.timeScale();
    scale.subscribeVisibleLogicalRangeChange(range => {
      if (!range) return;
      toLive.hidden = range.to >= plot.times.length - 1.5;
      if (range.from < 40 && isReady) chartRows.more();
    });
    plot.chart.subscribeCrosshairMove(point => {
      hovered = point.time ?? null;
      drawLegends();
      const hole = hovered && layers.has('gaps') && plot.holes.find(one => one.from <= hovered && hovered < one.to);
      if (hole && point.sourceEvent) tipOf(hole, point.sourceEvent);
      else hideTip();
    });
    plot.chart.subscribeDblClick(() => scale.resetTimeScale());
  }

  // -- What comes

  const chartRows = new ChartRows(plot, instrument.figi, interval, {
    rows(name, all) {
      if (name === 'candles') written = Date.now();
      else say(epoch, `${t('epoch')} ${Math.max(0, ...all.map(row => row.epoch ?? 0))}`);
    },
    mark(name) {
      if (name !== 'candles') return;
      isReady = true;
      empty.hidden = plot.candles.size > 0;
    },
    repair({ from, to, epoch: at }) {
      say(epoch, `${t('epoch')} ${at}`);
      plot.flash(seconds(from), seconds(to));
      const range = t('Repaired {0}–{1}', moment(Date.parse(from)), minute(Date.parse(to)));
      toast(range, `${instrument.ticker} ${interval}, ${t('epoch {0}', at)}`);
    },
    holes(all) {
      known = all;
      showHoles();
    },
    loading: is => (chip.hidden = !is),
    refused: problem => toast(t('Loading earlier candles'), problem.message),
  });
  const follow = () => chartRows.follow(streams().map(stream => stream.name));

  function showHoles() {
    const before = JSON.stringify(plot.holes);
    let left = MAX_SLOTS;
    plot.holes = layers.has('gaps') ? known.map(hole => ({ ...hole, slots: slots(hole) })) : [];
    if (JSON.stringify(plot.holes) !== before) plot.refresh();

    /** A hole has room on the scale unless it is long: then it is a thin line, and its tip says how long. */
    function slots(hole) {
      const found = [];
      if (hole.state === 'empty' || hole.missing > 240) return found;
      for (let time = Math.ceil(hole.from / step) * step; time < hole.to && left > 0 && found.length < hole.missing; time += step, left--) {
        if (!plot.candles.has(time)) found.push(time);
      }
      return found;
    }
  }

  function tipOf(hole, event) {
    const what = {
      suspected: 'Asked for once the grace period is over.',
      requested: 'History has been asked; the answer fills it or proves it empty.',
      empty: 'Nobody traded: proven, never asked again.',
      lost: 'The source cannot answer for this stretch.',
    };
    showTip(
      event.clientX,
      event.clientY,
      `${moment(hole.from * 1000)}–${minute(hole.to * 1000)}: ${t(hole.state)}`,
      t('{0} candles missing, asked {1} times', hole.missing, hole.attempts),
      t(what[hole.state] ?? ''),
    );
  }

  // -- What it says

  function drawLegends() {
    const last = plot.times.findLast(time => plot.candles.has(time)),
      time = hovered ?? last,
      row = plot.candles.get(time),
      now = plot.candles.get(last);
    const panes = [
      h(
        'div.legend',
        { style: 'top:6px' },
        h('b', {}, `${instrument.ticker} · ${INTERVALS.find(([id]) => id === interval)[1]}`),
        h('span', {}, time ? (isDaily ? dayMonth(time * 1000) : moment(time * 1000)) : ''),
        row
          ? ['open', 'high', 'low', 'close'].map(name =>
              h(
                `i.${row.close >= row.open ? 'up' : 'down'}`,
                { style: 'font-style:normal' },
                h('span', {}, `${name[0].toUpperCase()} `),
                fixed(row[name], digits),
              ),
            )
          : null,
        row ? h('span.optional', {}, `V ${compact(row.volume)}`) : null,
        row && !row.final ? h('span.tag', {}, t('forming')) : null,
      ),
    ];
    let pane = 0,
      over = 26;
    for (const stream of streams()) {
      const values = plot.values.get(stream.name)?.get(time);
      const top = stream.overlay ? over : plot.paneTop(++pane) + 6;
      if (stream.overlay) over += 20;
      panes.push(
        h(
          'div.legend',
          { style: `top:${top}px`, 'data-stream': stream.name },
          h('b', { title: stream.title }, stream.label.toUpperCase()),
          stream.lines
            .filter(line => line.style !== 'direction')
            .map(({ name }) =>
              h(
                'span',
                {},
                stream.lines.length > 1 ? `${name.replace('_line', '').replaceAll('_', ' ')} ` : '',
                h('i.number', { style: `font-style:normal;color:${plot.colorOf(stream.name, name)}` }, valueText(stream, values?.[name])),
              ),
            ),
        ),
      );
    }
    legends.replaceChildren(...panes);
    if (!now) return;
    const day = app.dayClose?.(instrument.figi),
      change = day ? (now.close / day - 1) * 100 : (now.close / now.open - 1) * 100;
    say(price, fixed(now.close, digits));
    say(moved, `${signed(change, 2)}%`);
    moved.className = `number ${change > 0 ? 'up' : change < 0 ? 'down' : ''}`;
  }

  const valueText = (stream, value) =>
    value === undefined || value === null
      ? ''
      : (stream.overlay ? fixed : signed)(value, Math.min(6, digits + (stream.overlay ? 0 : 2)));

  function drawAge() {
    const last = plot.times.findLast(time => plot.candles.has(time));
    drawFreshness(fresh, instrument, last === undefined ? last : last + step, written);
  }

  async function favourite() {
    await toggleFavourite(instrument.figi);
    star.setAttribute('aria-pressed', String(favourites().figis.includes(instrument.figi)));
  }

  function screenshot() {
    const link = h('a', { href: plot.chart.takeScreenshot(true).toDataURL(), download: `${instrument.ticker}-${interval}.png` });
    link.click();
  }

  follow();
  const ageTimer = setInterval(drawAge, 500);

  return {
    key(event) {
      const scale = plot.chart.timeScale(),
        range = scale.getVisibleLogicalRange();
      const move = by => range && scale.setVisibleLogicalRange({ from: range.from + by, to: range.to + by });
      const zoom = by => range && scale.setVisibleLogicalRange({ from: range.to - (range.to - range.from) * by, to: range.to });
      const screenful = range ? range.to - range.from : 0,
        all = store.instruments,
        at = all.indexOf(instrument);
      const actions = {
        ArrowLeft: () => move(event.shiftKey ? -screenful : -10),
        ArrowRight: () => move(event.shiftKey ? screenful : 10),
        ArrowUp: () => app.go('chart', [all[(at + all.length - 1) % all.length].ticker, interval], true),
        ArrowDown: () => app.go('chart', [all[(at + 1) % all.length].ticker, interval], true),
        '+': () => zoom(0.8),
        '=': () => zoom(0.8),
        '-': () => zoom(1.25),
        End: () => scale.scrollToRealTime(),
        s: screenshot,
        w: favourite,
        '[': () => app.go('chart', [instrument.ticker, app.step(interval, '[')], true),
        ']': () => app.go('chart', [instrument.ticker, app.step(interval, ']')], true),
      };
      actions[event.key]?.();
      return event.key in actions;
    },
    restyle: () => {
      plot.restyle({});
      listen();
    },
    close() {
      chartRows.close();
      clearInterval(ageTimer);
      hideTip();
      app.plot = null;
      plot.close();
    },
  };
}
