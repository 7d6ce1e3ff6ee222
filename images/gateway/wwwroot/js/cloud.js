// Fills the area between two lines of an indicator, behind them.
import { faded } from './dom.js';

export class Cloud {
  #upper;
  #lower;
  #points;
  #color;
  #chart = null;

  /** Two series, and what gives for a place on the scale both heights, or nothing. */
  constructor(upper, lower, points, color) {
    this.#upper = upper;
    this.#lower = lower;
    this.#points = points;
    this.#color = color;
  }

  attached({ chart }) {
    this.#chart = chart;
  }

  detached() {
    this.#chart = null;
  }

  paneViews() {
    return [{ zOrder: () => 'bottom', renderer: () => ({ draw: target => target.useBitmapCoordinateSpace(space => this.#draw(space)) }) }];
  }

  #draw({ context, horizontalPixelRatio: across, verticalPixelRatio: down }) {
    const scale = this.#chart?.timeScale(),
      range = scale?.getVisibleLogicalRange();
    if (!range) return;
    context.fillStyle = faded(this.#color, 0.1);
    let run = [];
    const fill = () => {
      if (run.length > 1) {
        context.beginPath();
        for (const [x, y] of run) context.lineTo(x, y);
        for (const [x, , z] of run.reverse()) context.lineTo(x, z);
        context.fill();
      }
      run = [];
    };
    for (let at = Math.floor(range.from) - 1; at <= Math.ceil(range.to) + 1; at++) {
      const [y, z] = this.#points(at) ?? [];
      const [x, top, bottom] = [
        scale.logicalToCoordinate(at),
        y === undefined ? null : this.#upper.priceToCoordinate(y),
        z === undefined ? null : this.#lower.priceToCoordinate(z),
      ];
      if (x === null || top === null || bottom === null) fill();
      else run.push([x * across, top * down, bottom * down]);
    }
    fill();
  }
}
