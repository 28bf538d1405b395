/* Draws of an output, asked for a batch after the other. */

import { askPatiently } from "./api.js";
import { body, Exact } from "./json.js";
import { isVector, rowsOf } from "./returns.js";

const BATCH = 200;
const MOST_VALUES = 4_000_000;
const MOST_OF_BATCH = 200_000;

/**
 * Draws that come in batches.
 *
 * `columns` holds, for each returned quantity, a list of what each draw has of it; `rows` the row
 * of the request that each draw belongs to.
 */
export class Sampler {
  constructor(output, path, values) {
    this.output = output;
    this.path = path;
    this.values = values;
    this.columns = Object.fromEntries(output.returns.map((one) => [one.name, []]));
    this.rows = [];
    this.batches = 0;
  }

  /** How many draws there are. */
  get count() {
    return this.rows.length;
  }

  /** The most draws that are kept: an event of very many features has fewer. */
  get most() {
    return Math.max(1, Math.floor(MOST_VALUES / this.size));
  }

  /** Ask until there are so many draws; `seen` hears of every batch, `told` why it waits. */
  async run(wanted, { signal, seen, told }) {
    const goal = Math.min(wanted, this.most);
    while (this.count < goal) {
      signal.throwIfAborted();
      const request = body(this.request(goal - this.count));
      const answer = await askPatiently(this.path, { body: request, signal, told });
      this.add(answer.data);
      seen();
    }
  }

  /** The numbers of one draw. */
  get size() {
    const of = (one) => (isVector(this.output, one) ? one.shape.at(-1) : 1);
    return this.output.returns.reduce((sum, one) => sum + of(one), 0);
  }

  /** The values of the next request: another seed for each, where there is one. */
  request(left) {
    const { seed, draws, ...rest } = this.values;
    const rows = rowCount(this.values);
    const own = rows * (this.output.draws ?? 1);
    const allowed = Math.min(
      BATCH,
      MOST_OF_BATCH / this.size,
      this.output.rows * (this.output.draws ?? 1),
    );
    const wanted = Math.max(1, Math.floor(Math.min(allowed, Math.max(left, own)) / own));
    const seeds = seed === undefined ? {} : { seed: moved(seed, this.batches) };
    return { ...rest, ...seeds, draws: new Exact(String(wanted)) };
  }

  add(data) {
    for (const one of this.output.returns) {
      const rows = rowsOf(data[one.name], isVector(this.output, one));
      for (const { value } of rows) this.columns[one.name].push(value);
    }
    const [first] = this.output.returns;
    for (const { place } of rowsOf(data[first.name], isVector(this.output, first))) {
      this.rows.push(place[0]);
    }
    this.batches += 1;
  }
}

/** The rows of a request: those of its inputs, else those of its seeds. */
export function rowCount(values) {
  const lists = Object.values(values).filter(Array.isArray);
  return Math.max(1, ...lists.map((one) => one.length));
}

/** A seed, or each of several, that many further on, in 64 bits. */
function moved(seed, by) {
  if (Array.isArray(seed)) return seed.map((one) => moved(one, by));
  if (!(seed instanceof Exact) || !/^-?\d+$/.test(seed.text)) return seed;
  return new Exact(String(BigInt.asIntN(64, BigInt(seed.text) + BigInt(by))));
}
