/**
 * The profile of an hour: what the figures of any window that the hour belongs to need of its rows, of one size whatever
 * their number. Hours add up to a window in any order and grouping, and so do parts of an hour: each row stands in one part.
 */

import type { Frame, Roles } from '../../model/frame.js';
import { type ColumnProfile, watchedColumns, type WindowProfile } from '../reference-profile.js';
import { CategoryAdder, profileCategoryHour, referenceCategory } from './columns/category-hour.js';
import { frozenColumn, type FrozenReference } from './columns/frozen-reference.js';
import type { HourColumn } from './columns/hour-column.js';
import { NumericAdder, profileNumericHour, referenceNumeric } from './columns/numeric-hour.js';
import { type FlowProfile, type HourIntake, mergeFlow, profileFlow } from './flow.js';
import { OutcomeAdder } from './outcomes/outcome-adder.js';
import {
  type ForetoldRows,
  type FrozenOutcomes,
  type OutcomeProfile,
  profileOutcomes,
} from './outcomes/outcome-profile.js';
import { profileRequests, RequestAdder, type RequestProfile } from './requests/request-profile.js';

export interface HourProfile {
  readonly frozen: FrozenReference;
  readonly rows: number;
  readonly intake: HourIntake;
  /** Features, prediction, scores and label. */
  readonly columns: ReadonlyMap<string, HourColumn>;
  readonly flow: FlowProfile;
  readonly requests: RequestProfile;
  /** Null where outcomes were not asked for. */
  readonly outcomes: OutcomeProfile | null;
}

/** For the outcomes: what the reference fixes of them, and what its estimator foretells of the rows. */
export interface OutcomeOptions {
  readonly frozen: FrozenOutcomes;
  readonly foretold?: ForetoldRows;
}

/** Profile of the rows of an hour, or of a part of one. Without `outcomes` it holds none. */
export function profileHour(
  frame: Frame,
  frozen: FrozenReference,
  roles: Roles,
  outcomes?: OutcomeOptions,
): HourProfile {
  const columns = new Map<string, HourColumn>();
  const { label } = roles;
  for (const name of new Set([...watchedColumns(roles), ...(label === undefined ? [] : [label])])) {
    const column = frame.columns.get(name);
    if (column?.kind === 'numeric')
      columns.set(name, profileNumericHour(column, frozenColumn(frozen, name, 'numeric')));
    if (column?.kind === 'category') {
      columns.set(name, profileCategoryHour(column, frozenColumn(frozen, name, 'category')));
    }
  }
  const { read, duplicateIds, poison } = frame.intake;
  return {
    ...{ frozen, rows: frame.rows, intake: { read, duplicateIds, poison }, columns },
    ...{ flow: profileFlow(frame, roles), requests: profileRequests(frame, roles) },
    outcomes: outcomes ? profileOutcomes(frame, roles, outcomes.frozen, outcomes.foretold) : null,
  };
}

/** Columns of the reference in the form of an hour's, so that hours can be held against them. */
export function referenceColumns(reference: WindowProfile, frozen: FrozenReference): ReadonlyMap<string, HourColumn> {
  const ofColumn = (column: ColumnProfile): HourColumn =>
    column.kind === 'numeric'
      ? referenceNumeric(column, frozenColumn(frozen, column.name, 'numeric'))
      : referenceCategory(column, frozenColumn(frozen, column.name, 'category'));
  return new Map([...reference.columns].map(([name, column]) => [name, ofColumn(column)]));
}

/** Adds up what hours hold of one column. */
class ColumnAdder {
  readonly #name: string;
  readonly #adder: NumericAdder | CategoryAdder;

  constructor(first: HourColumn) {
    this.#name = first.name;
    this.#adder = first.kind === 'numeric' ? new NumericAdder(first) : new CategoryAdder(first);
  }

  add(column: HourColumn): void {
    if (this.#adder instanceof NumericAdder && column.kind === 'numeric') this.#adder.add(column);
    else if (this.#adder instanceof CategoryAdder && column.kind === 'category') this.#adder.add(column);
    else throw new RangeError(`${this.#name} holds numbers in one hour and categories in another`);
  }

  sum(): HourColumn {
    return this.#adder.sum();
  }
}

/** Adds up hours, of which none needs to stay once it is added. */
export class HourAdder {
  #head: Pick<HourProfile, 'frozen' | 'rows' | 'intake' | 'flow'> | undefined;
  readonly #columns = new Map<string, ColumnAdder>();
  readonly #requests = new RequestAdder();
  #outcomes: OutcomeAdder | undefined;

  /** Throws `RangeError` where hours were profiled against different references, or where a column changed its kind. */
  add({ frozen, rows, intake, flow, columns, requests, outcomes }: HourProfile): void {
    const head = this.#head;
    if (head && head.frozen.mark !== frozen.mark) {
      throw new RangeError('hours that were profiled against different references cannot be added up');
    }
    this.#head = {
      frozen,
      rows: rows + (head?.rows ?? 0),
      intake: head ? addIntake(head.intake, intake) : intake,
      flow: head ? mergeFlow(head.flow, flow) : flow,
    };
    for (const [name, column] of columns) {
      let adder = this.#columns.get(name);
      if (adder === undefined) this.#columns.set(name, (adder = new ColumnAdder(column)));
      adder.add(column);
    }
    this.#requests.add(requests);
    if (outcomes === null) return;
    if (this.#outcomes) this.#outcomes.add(outcomes);
    else this.#outcomes = new OutcomeAdder(outcomes);
  }

  /** Throws `RangeError` where there was no hour. */
  sum(): HourProfile {
    if (this.#head === undefined) throw new RangeError('there is no hour to add up');
    return {
      ...this.#head,
      columns: new Map([...this.#columns].map(([name, adder]) => [name, adder.sum()])),
      requests: this.#requests.sum(),
      outcomes: this.#outcomes?.sum() ?? null,
    };
  }
}

/**
 * All hours together: counts and extremes exactly, moments and sums but for rounding, whatever the order. Hours may be
 * decoded one by one while they are added. Throws `RangeError` where there is no hour, where hours were profiled against
 * different references, or where a column changed its kind.
 */
export function mergeHours(hours: Iterable<HourProfile>): HourProfile {
  const adder = new HourAdder();
  for (const hour of hours) adder.add(hour);
  return adder.sum();
}

function addIntake(a: HourIntake, b: HourIntake): HourIntake {
  return {
    read: a.read + b.read,
    duplicateIds: a.duplicateIds + b.duplicateIds,
    poison: a.poison + b.poison,
  };
}
