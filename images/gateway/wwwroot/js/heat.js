// The heat map: one tile an instrument, as large as the screen allows, coloured by the change of the day.
import { h, say, mark } from './dom.js';
import { t, fixed, signed, age, feedText } from './text.js';

const EDGES = [0.1, 0.6, 1.3, 2.2];
const RATIO = 1.75;
const MAX_COLUMNS = 24;
const TALLEST = 96;

export const compare = (a, b) =>
  a === b ? 0 : a === null || a === undefined ? 1 : b === null || b === undefined ? -1 : a < b ? -1 : 1;

const ORDERS = {
  turnover: (a, b) => (b.volume ?? 0) * b.last - (a.volume ?? 0) * a.last,
  change: (a, b) => (b.dayChange ?? -99) - (a.dayChange ?? -99),
  ticker: (a, b) => compare(a.ticker, b.ticker),
};

export class Heat {
  #tiles = new Map();
  #open;
  #near;
  #size = { width: 0, height: 0 };

  element = h('div.tiles', { role: 'group', 'aria-label': t('Heat map') });

  /** What a click does, and what the pointer above a tile does. */
  constructor(open, near) {
    this.#open = open;
    this.#near = near;
  }

  arrange(rows, by) {
    const inside = [...rows].sort(ORDERS[by] ?? ORDERS.turnover),
      kept = new Set(inside.map(row => row.figi));
    for (const [figi, tile] of this.#tiles)
      if (!kept.has(figi)) {
        tile.remove();
        this.#tiles.delete(figi);
      }
    inside.forEach((row, i) => {
      const tile = this.#tiles.get(row.figi) ?? this.#make(row.figi);
      if (this.element.children[i] !== tile) this.element.insertBefore(tile, this.element.children[i] ?? null);
    });
    if (this.element.firstChild) this.element.firstChild.tabIndex = 0;
    this.fit();
  }

  resize(width, height) {
    this.#size = { width, height };
    this.fit();
  }

  /** As many columns as bring the tiles nearest to the ratio that reads best. */
  fit() {
    const { width, height } = this.#size,
      n = this.#tiles.size;
    if (!n || !width) return;
    let best = 1,
      off = Infinity;
    for (let c = 1; c <= Math.min(n, MAX_COLUMNS); c++) {
      const away = Math.abs(Math.log(width / c / Math.min(TALLEST, height / Math.ceil(n / c)) / RATIO));
      if (away < off) [best, off] = [c, away];
    }
    this.element.style.gridTemplateColumns = `repeat(${best}, minmax(0, 1fr))`;
    this.element.style.gridAutoRows = `minmax(0, ${n / best < 6 ? `${TALLEST}px` : '1fr'})`;
  }

  draw(row) {
    const tile = this.#tiles.get(row?.figi);
    if (!tile) return;
    const change = row.dayChange ?? 0,
      step = EDGES.filter(edge => Math.abs(change) >= edge).length * Math.sign(change);
    mark(tile, 'data-heat', String(step || 0));
    mark(tile, 'data-feed', row.feed);
    say(tile.firstChild, row.ticker);
    say(tile.lastChild, row.feed === 'stale' ? age(Date.now() - row.written) : signed(row.dayChange, 2));
    mark(tile, 'aria-label', `${row.ticker} ${fixed(row.last, row.digits)} ${signed(row.dayChange, 2)}% ${feedText(row.feed)}`);
  }

  highlight(figi, is) {
    this.#tiles.get(figi)?.classList.toggle('near', is);
  }

  #make(figi) {
    const tile = h('button.tile', { type: 'button', tabindex: '-1', onclick: () => this.#open(figi) }, h('b'), h('span'));
    tile.onpointerenter = () => this.#near(figi, true);
    tile.onpointerleave = () => this.#near(figi, false);
    this.#tiles.set(figi, tile);
    return tile;
  }
}
