/** Profiles of a column of categories: of the rows of an hour, of the reference, and of several hours together. */

import type { CategoryColumn } from '../../../model/frame.js';
import { type CategoryProfile, profileCategory } from '../../category-profile.js';
import { AddedGatherer } from './added-levels.js';
import type { FrozenCategory } from './frozen-levels.js';
import type { HourCategory } from './hour-column.js';

/** Gathers levels with their rows, or the counts of several hours. */
class LevelGatherer {
  readonly #frozen: FrozenCategory;
  readonly #counts: Float64Array;
  readonly #added = new AddedGatherer();
  #knownOther = 0;

  constructor(frozen: FrozenCategory) {
    this.#frozen = frozen;
    this.#counts = new Float64Array(frozen.levels.length);
  }

  add(level: string, rows: number): void {
    const place = this.#frozen.places.get(level);
    if (place === undefined) this.#added.add(level, rows);
    else if (place < 0) this.#knownOther += rows;
    else this.#counts[place]! += rows;
  }

  addHour({ counts, added, knownOther, newOther }: HourCategory): void {
    for (let place = 0; place < counts.length; place++) this.#counts[place]! += counts[place] as number;
    for (const [level, rows] of added) this.#added.add(level, rows);
    this.#knownOther += knownOther;
    this.#added.addOther(newOther);
  }

  gathered(): Pick<HourCategory, 'counts' | 'added' | 'knownOther' | 'newOther'> {
    return { counts: this.#counts.slice(), knownOther: this.#knownOther, ...this.#added.gathered() };
  }
}

function hourOf(profile: CategoryProfile, frozen: FrozenCategory, ofReference: boolean): HourCategory {
  const { name, rows, missing, levels, counts } = profile;
  const gatherer = new LevelGatherer(frozen);
  levels.forEach((level, at) => {
    gatherer.add(level, counts[at] as number);
  });
  return { kind: 'category', name, frozen, rows, missing, ...gatherer.gathered(), ofReference };
}

/** Profile of a column. */
export function profileCategoryHour(column: CategoryColumn, frozen: FrozenCategory): HourCategory {
  return hourOf(profileCategory(column), frozen, false);
}

/** The reference itself in the same form. */
export function referenceCategory(profile: CategoryProfile, frozen: FrozenCategory): HourCategory {
  return hourOf(profile, frozen, true);
}

/** Adds up the hours of one column. */
export class CategoryAdder {
  readonly #first: HourCategory;
  readonly #gatherer: LevelGatherer;
  #rows = 0;
  #missing = 0;

  constructor(first: HourCategory) {
    this.#first = first;
    this.#gatherer = new LevelGatherer(first.frozen);
  }

  add(hour: HourCategory): void {
    this.#rows += hour.rows;
    this.#missing += hour.missing;
    this.#gatherer.addHour(hour);
  }

  sum(): HourCategory {
    const { name, frozen } = this.#first;
    const head = { kind: 'category', name, frozen, rows: this.#rows, missing: this.#missing } as const;
    return { ...head, ...this.#gatherer.gathered(), ofReference: false };
  }
}
