// Draws candles, volume and the lines of indicators with lightweight-charts: what stands in the tables of rows it is given, and nothing else.
import { createChart, CandlestickSeries, HistogramSeries, LineSeries, CrosshairMode } from '../vendor/lightweight-charts.standalone.production.mjs';
import { token, faded } from './dom.js';
import { Cloud } from './cloud.js';
import { Shades } from './shades.js';

const TONES = ['line1', 'line2', 'accent', 'warn', 'ink2'];
const COLOURS = ['bg1', 'line', 'edge', 'ink1', 'ink2', 'ink3', 'accent', 'warn', 'up', 'down', 'line1', 'line2', 'bad'];
const QUIET = { priceLineVisible: false, crosshairMarkerVisible: false, lastValueVisible: false };
const CLEAR = 'rgba(0, 0, 0, 0)';

const palette = () => Object.fromEntries(COLOURS.map(name => [name, token(name)]));

export class Plot {
  #chart;
  #candles;
  #volume = null;
  #panes = [];
  #overlays = 0;
  #shades = [];
  #colours = palette();
  #options;
  #frame = 0;
  #rebuild = false;
  #changed = new Set();
  #times = [];
  #index = new Map();
  #pulse = 0;

  /** Rows by time in seconds: candles, and one table for each stream. */
  candles = new Map();
  values = new Map();
  holes = [];
  repairs = [];
  silentFrom = null;

  constructor(box, options) {
    this.box = box;
    this.#options = options;
    this.#build();
  }

  get chart() {
    return this.#chart;
  }

  get colours() {
    return this.#colours;
  }

  get times() {
    return this.#times;
  }

  get paneCount() {
    return 1 + this.#panes.filter(pane => !pane.isOverlay).length;
  }

  paneTop(index) {
    const panes = this.#chart.panes();
    return panes.slice(0, index).reduce((sum, pane) => sum + pane.getHeight() + 1, 0);
  }

  /** A row of a stream has changed; its time is in seconds. */
  touch(time, isGone = false) {
    if (isGone || (!this.#index.has(time) && time < (this.#times.at(-1) ?? Infinity))) this.#rebuild = true;
    else this.#changed.add(time);
    this.#later();
  }

  /** Much has changed. */
  refresh() {
    this.#rebuild = true;
    this.#later();
  }

  /** Shows a stretch that has just been repaired. */
  flash(from, to) {
    this.repairs.push({ from, to, at: performance.now() });
    if (this.repairs.length > 8) this.repairs.shift();
    this.#glow();
  }

  restyle(options) {
    const range = this.#chart.timeScale().getVisibleLogicalRange();
    Object.assign(this.#options, options);
    this.#colours = palette();
    this.#chart.remove();
    this.#build();
    this.#draw(true);
    if (range) this.#chart.timeScale().setVisibleLogicalRange(range);
  }

  close() {
    cancelAnimationFrame(this.#frame);
    cancelAnimationFrame(this.#pulse);
    this.#chart.remove();
  }

  at(logical) {
    return this.#times[Math.max(0, Math.min(this.#times.length - 1, Math.round(logical)))];
  }

  #build() {
    const c = this.#colours,
      { digits, isDaily, layers, streams, format } = this.#options;
    const mono = token('mono') || 'monospace';
    const cross = { color: c.ink3, style: 3, width: 1, labelBackgroundColor: c.edge };
    this.#chart = createChart(this.box, {
      autoSize: true,
      layout: {
        background: { type: 'solid', color: c.bg1 },
        textColor: c.ink3,
        fontFamily: mono,
        fontSize: 11,
        attributionLogo: true,
        panes: { separatorColor: c.line, separatorHoverColor: faded(c.accent, 0.25), enableResize: innerWidth > 700 },
      },
      grid: { vertLines: { color: faded(c.edge, 0.28) }, horzLines: { color: faded(c.edge, 0.28) } },
      crosshair: { mode: CrosshairMode.Normal, vertLine: cross, horzLine: cross },
      rightPriceScale: { borderVisible: false, minimumWidth: innerWidth > 700 ? 72 : 58 },
      timeScale: {
        borderColor: c.line,
        timeVisible: !isDaily,
        secondsVisible: false,
        rightOffset: innerWidth > 700 ? 8 : 3,
        minBarSpacing: 0.8,
        tickMarkFormatter: format.tick,
      },
      localization: { timeFormatter: format.time },
    });
    this.#candles = this.#chart.addSeries(
      CandlestickSeries,
      {
        upColor: c.up,
        downColor: c.down,
        borderUpColor: c.up,
        borderDownColor: c.down,
        wickUpColor: c.up,
        wickDownColor: c.down,
        priceLineStyle: 3,
        priceFormat: { type: 'price', precision: digits, minMove: 10 ** -digits },
      },
      0,
    );
    this.#candles.priceScale().applyOptions({ scaleMargins: { top: 0.12, bottom: layers.has('volume') ? 0.2 : 0.06 } });
    this.#volume = null;
    if (layers.has('volume')) {
      this.#volume = this.#chart.addSeries(HistogramSeries, { priceScaleId: 'volume', priceFormat: { type: 'volume' }, ...QUIET }, 0);
      this.#volume.priceScale().applyOptions({ scaleMargins: { top: 0.86, bottom: 0 } });
    }
    let next = 1;
    this.#overlays = 0;
    this.#panes = streams.map(stream => this.#pane(stream, stream.overlay ? 0 : next++));
    this.#shades = [this.#candles, ...this.#panes.filter(pane => !pane.isOverlay).map(pane => pane.lines[0].series)].map((series, i) => {
      const shades = new Shades(this, i === 0);
      series.attachPrimitive(shades);
      return shades;
    });
    const panes = this.#chart.panes();
    panes.forEach((pane, i) => pane.setStretchFactor(i === 0 ? 3.6 : 1.2));
  }

  /** The lines of one indicator, each drawn as the catalogue says. */
  #pane(stream, pane) {
    const c = this.#colours,
      precision = Math.min(6, this.#options.digits + (stream.overlay ? 0 : 2));
    const priceFormat = { type: 'price', precision, minMove: 10 ** -precision };
    const tones = stream.overlay ? TONES.slice(this.#overlays++ % TONES.length) : TONES;
    const shown = stream.lines.filter(line => line.style !== 'direction'),
      direction = stream.lines.find(line => line.style === 'direction')?.name;
    let tone = 0;
    // Bars first, so that lines lie over them.
    const lines = [...shown]
      .sort((a, b) => (b.style === 'histogram') - (a.style === 'histogram'))
      .map(({ name: column, style }) => {
        if (style === 'histogram')
          return { column, style, color: null, series: this.#chart.addSeries(HistogramSeries, { priceFormat, base: 0, ...QUIET }, pane) };
        const color = c[tones[tone % tones.length]],
          look = style === 'dots' ? { lineVisible: false, pointMarkersVisible: true, pointMarkersRadius: 1.6 } : { lineWidth: 1.5 };
        const options = { priceFormat, ...QUIET, ...look, color, lastValueVisible: tone++ === 0 && !stream.overlay };
        return { column, style, color, direction, series: this.#chart.addSeries(LineSeries, options, pane) };
      });
    const base = lines.find(line => line.column === shown.at(-1).name);
    for (const line of lines.filter(one => one.style === 'cloud' && one !== base)) {
      const heights = at => {
        const row = this.values.get(stream.name)?.get(this.#times[at]);
        return Number.isFinite(row?.[line.column] ?? NaN) && Number.isFinite(row[base.column] ?? NaN) ? [row[line.column], row[base.column]] : null;
      };
      line.series.attachPrimitive(new Cloud(line.series, base.series, heights, line.color));
    }
    for (const price of stream.overlay ? [] : stream.levels)
      lines[0].series.createPriceLine({ price, color: c.edge, lineWidth: 1, lineStyle: 2, axisLabelVisible: false });
    return { name: stream.name, isOverlay: stream.overlay, lines };
  }

  /** What a line of a stream is drawn with, for whoever writes a legend. */
  colorOf(stream, column) {
    return this.#panes.find(pane => pane.name === stream)?.lines.find(line => line.column === column)?.color ?? this.#colours.ink1;
  }

  #later() {
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.#draw(false));
  }

  #draw(isWhole) {
    this.#frame = 0;
    if (isWhole || this.#rebuild || this.#times.length === 0) this.#drawAll();
    else this.#drawChanged();
    this.#changed.clear();
    this.#rebuild = false;
    this.onDrawn?.();
  }

  /** Sets everything anew; what is looked at stays where it is. */
  #drawAll() {
    const scale = this.#chart.timeScale(),
      range = scale.getVisibleLogicalRange(),
      before = this.#times;
    const isLive = !range || before.length === 0 || range.to >= before.length - 1;
    const times = new Set(this.candles.keys());
    for (const hole of this.holes) for (const slot of hole.slots ?? []) times.add(slot);
    this.#times = [...times].sort((a, b) => a - b);
    this.#index = new Map(this.#times.map((time, i) => [time, i]));
    this.#candles.setData(this.#times.map(time => this.#candle(time)));
    this.#volume?.setData(this.#times.map(time => this.#bar(time)));
    for (const pane of this.#panes) for (const line of pane.lines) line.series.setData(this.#times.map(time => this.#point(pane, line, time)));
    this.#tone();
    if (!range || before.length === 0) return;
    const anchor = isLive ? before.length - 1 : Math.max(0, Math.min(before.length - 1, Math.floor(range.from)));
    const moved = (isLive ? this.#times.length - 1 : this.#placeOf(before[anchor])) - anchor;
    scale.setVisibleLogicalRange({ from: range.from + moved, to: range.to + moved });
  }

  #placeOf(time) {
    const known = this.#index.get(time);
    if (known !== undefined) return known;
    const after = this.#times.findIndex(one => one > time);
    return after < 0 ? this.#times.length - 1 : after;
  }

  #drawChanged() {
    for (const time of [...this.#changed].sort((a, b) => a - b)) {
      if (!this.#index.has(time)) {
        if (!this.candles.has(time)) continue;
        this.#index.set(time, this.#times.push(time) - 1);
      }
      const isLast = time === this.#times.at(-1);
      if (isLast) this.#tone();
      const set = (series, point) => series.update(point, !isLast);
      // An empty slot cannot be corrected in place: the library would overwrite the one after it.
      if (!isLast && !this.candles.has(time)) continue;
      set(this.#candles, this.#candle(time));
      if (this.#volume) set(this.#volume, this.#bar(time));
      for (const pane of this.#panes) {
        for (const line of pane.lines) {
          const point = this.#point(pane, line, time);
          if (isLast || point.value !== undefined) set(line.series, point);
        }
      }
    }
  }

  #candle(time) {
    const row = this.candles.get(time),
      c = this.#colours;
    if (!row) return { time };
    const tone = row.close >= row.open ? c.up : c.down;
    const point = { time, open: row.open, high: row.high, low: row.low, close: row.close };
    return row.final ? point : { ...point, color: c.bg1, borderColor: tone, wickColor: tone };
  }

  #bar(time) {
    const row = this.candles.get(time);
    return row ? { time, value: row.volume, color: faded(row.close >= row.open ? this.#colours.up : this.#colours.down, 0.28) } : { time };
  }

  #point(pane, { column, style, color, direction }, time) {
    const rows = this.values.get(pane.name),
      row = rows?.get(time),
      value = row?.[column];
    if (value === undefined || value === null) return { time };
    const at = this.#index.get(time);
    if (style === 'histogram') {
      const before = rows.get(this.#times[at - 1])?.[column] ?? 0;
      return { time, value, color: faded(value >= 0 ? this.#colours.up : this.#colours.down, Math.abs(value) >= Math.abs(before) ? 0.8 : 0.42) };
    }
    if (direction) color = row[direction] >= 0 ? this.#colours.up : this.#colours.down;
    // A line breaks before a hole when the point ahead of it is not drawn on.
    const next = this.#times[at + 1];
    return next !== undefined && !this.candles.has(next) ? { time, value, color: CLEAR } : { time, value, color };
  }

  /** The label of the price would else take the colour of a hollow body. */
  #tone() {
    const row = this.candles.get(this.#times.findLast(time => this.candles.has(time)));
    if (row) this.#candles.applyOptions({ priceLineColor: row.close >= row.open ? this.#colours.up : this.#colours.down });
  }

  #glow() {
    if (this.#pulse) return;
    const step = () => {
      for (const shades of this.#shades) shades.update();
      this.#pulse = this.repairs.some(repair => performance.now() - repair.at < 2600) ? requestAnimationFrame(step) : 0;
    };
    this.#pulse = requestAnimationFrame(step);
  }
}
