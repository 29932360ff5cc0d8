/** Which of many bins a value falls into. */

const CELLS = 2048;
/** Edges of a cell that are looked at one after the other; of more, the place is found by halves. */
const FEW_EDGES = 8;

/**
 * Finds the bin of a value. A grid over the range of the edges says which edges lie in the cell of the value: those of lower
 * cells are smaller and those of higher cells larger, whatever the rounding, because the cell rises with the value.
 */
export class BinFinder {
  readonly #edges: Float64Array;
  readonly #low: number;
  readonly #scale: number;
  /** For each cell the number of edges in lower cells. */
  readonly #first = new Uint16Array(CELLS + 1);
  /** Whether a cell has many edges: values far out make the others crowd. */
  readonly #crowded: boolean;

  constructor(edges: Float64Array) {
    this.#edges = edges;
    this.#low = edges[0] ?? 0;
    const scale = CELLS / ((edges[edges.length - 1] ?? 0) - this.#low);
    // Without a width, or with one that overflows, all values share one cell.
    this.#scale = Number.isFinite(scale) ? scale : 0;
    for (const edge of edges) this.#first[this.#cellOf(edge) + 1]! += 1;
    this.#crowded = this.#first.some((count) => count > FEW_EDGES);
    for (let cell = 0; cell < CELLS; cell++) this.#first[cell + 1]! += this.#first[cell] as number;
  }

  #cellOf(value: number): number {
    const cell = (value - this.#low) * this.#scale;
    return cell < CELLS ? (cell > 0 ? cell | 0 : 0) : CELLS - 1;
  }

  /** How many edges lie below a finite value. */
  binOf(value: number): number {
    const edges = this.#edges;
    const cell = this.#cellOf(value);
    let low = this.#first[cell] as number;
    if (this.#crowded) {
      let high = this.#first[cell + 1] as number;
      while (high - low > FEW_EDGES) {
        const middle = (low + high) >>> 1;
        if ((edges[middle] as number) < value) low = middle + 1;
        else high = middle;
      }
    }
    while (low < edges.length && (edges[low] as number) < value) low++;
    return low;
  }
}
