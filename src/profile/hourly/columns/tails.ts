/** The smallest and the largest values of a sample, kept one by one. */

/** Values kept at each end. */
export const MOST_TAIL = 16;

/** Both rising. */
export interface Tails {
  readonly lowest: Float64Array;
  readonly highest: Float64Array;
}

/** Gathers the values at both ends; which they are does not hang on their order. */
export class TailGatherer {
  readonly #lowest = new Float64Array(MOST_TAIL);
  readonly #highest = new Float64Array(MOST_TAIL);
  #count = 0;
  /** What a value must be below or above to count once the lists are full. */
  #below = Infinity;
  #above = -Infinity;

  add(value: number): void {
    if (this.#count < MOST_TAIL) {
      const at = this.#count++;
      insertFrom(this.#lowest, at, value);
      insertFrom(this.#highest, at, value);
      if (this.#count === MOST_TAIL) this.#limit();
      return;
    }
    if (value < this.#below) {
      insertFrom(this.#lowest, MOST_TAIL - 1, value);
      this.#limit();
    }
    if (value > this.#above) {
      insertInto(this.#highest, value);
      this.#limit();
    }
  }

  /** Finite values. */
  addValues(values: Float64Array): void {
    let [below, above] = [this.#below, this.#above];
    // By place: going through doubles by themselves takes several times as long.
    for (let at = 0; at < values.length; at++) {
      const value = values[at] as number;
      if (!(value < below || value > above)) continue;
      this.add(value + 0);
      [below, above] = [this.#below, this.#above];
    }
  }

  #limit(): void {
    this.#below = this.#lowest[MOST_TAIL - 1] as number;
    this.#above = this.#highest[0] as number;
  }

  addTails({ lowest, highest }: Tails): void {
    // Short lists are both the whole sample.
    if (lowest.length < MOST_TAIL) {
      for (const value of lowest) this.add(value);
      return;
    }
    if (this.#count < MOST_TAIL) {
      const few = this.#lowest.slice(0, this.#count);
      this.#lowest.set(lowest);
      this.#highest.set(highest);
      this.#count = MOST_TAIL;
      this.#limit();
      for (const value of few) this.add(value);
      return;
    }
    for (let i = 0; i < MOST_TAIL && (lowest[i] as number) < (this.#lowest[MOST_TAIL - 1] as number); i++) {
      insertFrom(this.#lowest, MOST_TAIL - 1, lowest[i] as number);
    }
    for (let i = MOST_TAIL - 1; i >= 0 && (highest[i] as number) > (this.#highest[0] as number); i--) {
      insertInto(this.#highest, highest[i] as number);
    }
    this.#limit();
  }

  tails(): Tails {
    return { lowest: this.#lowest.slice(0, this.#count), highest: this.#highest.slice(0, this.#count) };
  }
}

/** Puts a value into a rising list, whose place `at` is free or given up. */
function insertFrom(list: Float64Array, at: number, value: number): void {
  let place = at;
  for (; place > 0 && (list[place - 1] as number) > value; place--) list[place] = list[place - 1] as number;
  list[place] = value;
}

/** Puts a value into a full rising list, whose smallest one goes. */
function insertInto(list: Float64Array, value: number): void {
  let place = 0;
  for (; place + 1 < list.length && (list[place + 1] as number) < value; place++)
    list[place] = list[place + 1] as number;
  list[place] = value;
}
