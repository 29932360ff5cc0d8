/**
 * Levels that no dictionary foresaw, in bounded room. Of too many, those with the smallest marks are kept: a level that is
 * among them in all rows together is among them in every part of the rows, so its count is that of all its rows, and
 * which levels are kept does not hang on the order of the parts. All other rows are counted together.
 */

import { byCodePoint } from '../../../model/text-order.js';
import { textMark } from './mark.js';

/** Levels that are kept. */
export const MOST_ADDED = 128;
/** Longer texts, in UTF-16 units, are no level that anyone reads: their rows are counted with the others. */
const LONGEST = 500;

interface Entry {
  readonly level: string;
  readonly mark: number;
  rows: number;
}

const byMark = (a: Entry, b: Entry): number => a.mark - b.mark || byCodePoint(a.level, b.level);

export class AddedGatherer {
  readonly #kept = new Map<string, Entry>();
  #other = 0;
  /** Of the kept ones the last by mark, once there are as many as there may be. */
  #last: Entry | undefined;

  add(level: string, rows: number): void {
    const known = this.#kept.get(level);
    if (known) {
      known.rows += rows;
      return;
    }
    if (level.length > LONGEST) {
      this.#other += rows;
      return;
    }
    const entry = { level, mark: textMark(level), rows };
    if (this.#last && byMark(entry, this.#last) > 0) {
      this.#other += rows;
      return;
    }
    this.#kept.set(level, entry);
    if (this.#last) {
      this.#kept.delete(this.#last.level);
      this.#other += this.#last.rows;
    }
    if (this.#kept.size === MOST_ADDED)
      this.#last = [...this.#kept.values()].reduce((a, b) => (byMark(a, b) > 0 ? a : b));
  }

  addOther(rows: number): void {
    this.#other += rows;
  }

  /** Levels by mark. */
  gathered(): { readonly added: ReadonlyMap<string, number>; readonly newOther: number } {
    const entries = [...this.#kept.values()].sort(byMark);
    return { added: new Map(entries.map(({ level, rows }) => [level, rows])), newOther: this.#other };
  }
}
