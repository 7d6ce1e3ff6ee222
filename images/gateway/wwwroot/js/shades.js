// Draws behind the series what the ledger knows: holes hatched by their state, repairs as a glow that leaves a thin bracket.
import { faded } from './dom.js';

const GLOW = 2600;

export class Shades {
  #plot;
  #isFirst;
  #chart = null;
  #request = () => {};

  constructor(plot, isFirst) {
    this.#plot = plot;
    this.#isFirst = isFirst;
  }

  attached({ chart, requestUpdate }) {
    this.#chart = chart;
    this.#request = requestUpdate;
  }

  detached() {
    this.#chart = null;
  }

  update() {
    this.#request();
  }

  paneViews() {
    return [{ zOrder: () => 'bottom', renderer: () => ({ draw: target => target.useBitmapCoordinateSpace(space => this.#draw(space)) }) }];
  }

  #draw({ context, bitmapSize: { height, width }, horizontalPixelRatio: ratio }) {
    if (!this.#chart) return;
    const { colours: c, holes, repairs, silentFrom } = this.#plot;
    const tones = { suspected: c.warn, requested: c.accent, empty: c.ink3, lost: c.bad };
    for (const hole of holes) {
      const span = this.#span(hole.from, hole.to, ratio);
      if (!span) continue;
      const [x, w] = span,
        tone = tones[hole.state] ?? c.warn,
        isProven = hole.state === 'empty';
      context.fillStyle = faded(tone, isProven ? 0.1 : 0.14);
      context.fillRect(x, 0, w, height);
      if (!isProven) hatch(context, x, w, height, faded(tone, hole.state === 'requested' ? 0.42 : 0.3), (hole.state === 'requested' ? 5 : 9) * ratio);
      context.fillStyle = faded(tone, 0.75);
      if (this.#isFirst) context.fillRect(x, 0, w, Math.round(2 * ratio));
      for (const edge of [x, x + w - 1]) for (let y = 0; y < height; y += (isProven ? 6 : 4) * ratio) context.fillRect(edge, y, 1, 2 * ratio);
    }
    if (silentFrom !== null) {
      const span = this.#span(silentFrom, silentFrom, ratio);
      if (span) hatch(context, span[0] + span[1], width, height, faded(c.warn, 0.22), 9 * ratio);
    }
    for (const repair of repairs) {
      const span = this.#span(repair.from, repair.to, ratio);
      if (!span) continue;
      const left = Math.max(0, 1 - (performance.now() - repair.at) / GLOW) ** 1.6;
      context.fillStyle = faded(c.accent, 0.24 * left);
      context.fillRect(span[0], 0, span[1], height);
      if (!this.#isFirst) continue;
      context.fillStyle = faded(c.accent, 0.9);
      context.fillRect(span[0], 0, span[1], Math.round(2 * ratio));
      for (const edge of [span[0], span[0] + span[1] - 1]) context.fillRect(edge, 0, Math.ceil(ratio), 8 * ratio);
    }
  }

  /** Left edge and width of a stretch, in device pixels; nothing where it is not on the scale. */
  #span(from, to, ratio) {
    const scale = this.#chart.timeScale(),
      half = scale.options().barSpacing / 2,
      times = this.#plot.times;
    const first = times.findIndex(time => time >= from),
      after = times.findIndex(time => time >= to);
    const last = after < 0 ? times.length - 1 : Math.max(first, after - 1);
    if (first < 0) return null;
    const [a, b] = [scale.logicalToCoordinate(first), scale.logicalToCoordinate(last)];
    return a === null || b === null ? null : [Math.round((a - half) * ratio), Math.max(2, Math.round((b - a + 2 * half) * ratio))];
  }
}

function hatch(context, x, w, height, colour, gap) {
  context.save();
  context.beginPath();
  context.rect(x, 0, w, height);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (let k = -height - gap; k < w; k += gap) {
    context.moveTo(x + k, height);
    context.lineTo(x + k + height, 0);
  }
  context.stroke();
  context.restore();
}
