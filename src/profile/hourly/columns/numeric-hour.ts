/** Profiles of a column of numbers: of the rows of an hour, of the reference, and of several hours together. */

import type { NumericColumn } from '../../../model/frame.js';
import { mergeMoments, type Moments, noMoments } from '../../../numeric/moments.js';
import { pairwiseMoments } from '../../../numeric/pairwise-sum.js';
import type { NumericProfile } from '../../numeric-profile.js';
import type { FrozenNumeric } from './frozen-bins.js';
import type { HourNumeric } from './hour-column.js';
import { BinAdder } from './packed-bins.js';
import { TailGatherer } from './tails.js';

/** Gathers finite values, or the bins of several hours. */
class ValueGatherer {
  readonly #bins: BinAdder;
  readonly #tails = new TailGatherer();
  #zeros = 0;

  constructor(frozen: FrozenNumeric) {
    this.#bins = new BinAdder(frozen);
  }

  /** Finite ones. */
  addValues(values: Float64Array): void {
    let zeros = 0;
    for (let at = 0; at < values.length; at++) if (values[at] === 0) zeros++;
    this.#zeros += zeros;
    this.#bins.addValues(values);
    this.#tails.addValues(values);
  }

  addHour(hour: HourNumeric): void {
    this.#zeros += hour.zeros;
    this.#bins.addPacked(hour.packed);
    this.#tails.addTails(hour);
  }

  gathered(): Pick<HourNumeric, 'zeros' | 'packed' | 'lowest' | 'highest'> {
    return { zeros: this.#zeros, packed: this.#bins.packed(), ...this.#tails.tails() };
  }
}

/** Profile of a column; the column stays as it is. */
export function profileNumericHour(column: NumericColumn, frozen: FrozenNumeric): HourNumeric {
  const { name, values, typeMismatches } = column;
  const rows = values.length;
  let [n, plusInfinite, minusInfinite] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const value = values[row] as number;
    if (value - value === 0) n++;
    else if (value === Infinity) plusInfinite++;
    else if (value === -Infinity) minusInfinite++;
  }
  const finite = n === rows ? values : finiteOf(values, n);
  const gatherer = new ValueGatherer(frozen);
  gatherer.addValues(finite);
  const missing = Math.max(0, rows - n - plusInfinite - minusInfinite - typeMismatches);
  return {
    ...{ kind: 'numeric', name, frozen, rows, missing, typeMismatches, plusInfinite, minusInfinite },
    ...{ moments: pairwiseMoments(finite), ...gatherer.gathered(), ofReference: false },
  };
}

/** The `n` finite ones of the values. */
function finiteOf(values: Float64Array, n: number): Float64Array {
  const finite = new Float64Array(n);
  let at = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (value - value === 0) finite[at++] = value;
  }
  return finite;
}

/** The reference itself in the same form. */
export function referenceNumeric(profile: NumericProfile, frozen: FrozenNumeric): HourNumeric {
  const { name, rows, missing, typeMismatches, plusInfinite, minusInfinite, moments } = profile;
  const gatherer = new ValueGatherer(frozen);
  gatherer.addValues(profile.sorted);
  return {
    ...{ kind: 'numeric', name, frozen, rows, missing, typeMismatches, plusInfinite, minusInfinite },
    ...{ moments, ...gatherer.gathered(), ofReference: true },
  };
}

/** Adds up the hours of one column. */
export class NumericAdder {
  readonly #first: HourNumeric;
  readonly #gatherer: ValueGatherer;
  #rows = 0;
  #missing = 0;
  #typeMismatches = 0;
  #plusInfinite = 0;
  #minusInfinite = 0;
  #moments: Moments = noMoments;

  constructor(first: HourNumeric) {
    this.#first = first;
    this.#gatherer = new ValueGatherer(first.frozen);
  }

  add(hour: HourNumeric): void {
    this.#rows += hour.rows;
    this.#missing += hour.missing;
    this.#typeMismatches += hour.typeMismatches;
    this.#plusInfinite += hour.plusInfinite;
    this.#minusInfinite += hour.minusInfinite;
    this.#moments = mergeMoments(this.#moments, hour.moments);
    this.#gatherer.addHour(hour);
  }

  sum(): HourNumeric {
    const { name, frozen } = this.#first;
    return {
      ...{ kind: 'numeric', name, frozen, rows: this.#rows, missing: this.#missing },
      ...{ typeMismatches: this.#typeMismatches, plusInfinite: this.#plusInfinite, minusInfinite: this.#minusInfinite },
      ...{ moments: this.#moments, ...this.#gatherer.gathered(), ofReference: false },
    };
  }
}
