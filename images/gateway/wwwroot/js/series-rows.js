// Rows of one stream of a chart. The socket tells of every change; what is older than its first rows comes in answers, which were written before
// they arrive: of a row that both speak of, the socket's word counts.

/** Changes of rows that no answer has brought yet; of more the oldest are forgotten, and the answer has them. */
const MOST_EARLY = 5_000;

export class SeriesRows {
  #from = -Infinity;
  #early = new Map();
  #beginning = 0;

  /** @param rows by time in seconds; a row is here as the wire has it */
  constructor(rows) {
    this.rows = rows;
  }

  /** From here on every row is there. */
  get oldest() {
    return this.#from === -Infinity ? Math.min(...this.rows.keys()) : this.#from;
  }

  /** Another number after each reset: what was asked before has no meaning then. */
  get beginning() {
    return this.#beginning;
  }

  reset() {
    this.#beginning++;
    this.#from = -Infinity;
    this.#early.clear();
    this.rows.clear();
  }

  /** The rows there are begin here; there may be older ones that no answer has brought yet. */
  startAt(time) {
    this.#from = time;
  }

  /** The socket tells of a row, or that it is gone (null). Says whether that is to be seen. */
  hear(time, row) {
    if (time < this.#from) {
      this.#early.delete(time);
      this.#early.set(time, row);
      if (this.#early.size > MOST_EARLY) this.#early.delete(this.#early.keys().next().value);
      return false;
    }
    if (row) this.rows.set(time, row);
    else this.rows.delete(time);
    return true;
  }

  /** An answer has brought all older rows from a time on. */
  take(pairs, from) {
    for (const [time, row] of pairs) if (time < this.#from && !this.#early.has(time)) this.rows.set(time, row);
    for (const [time, row] of [...this.#early]) {
      if (time < from) continue;
      this.#early.delete(time);
      if (row) this.rows.set(time, row);
    }
    this.#from = Math.min(this.#from, from);
  }
}
