/** What is kept of the requests of an hour: how long they took, what they used, how they failed, who asked and who served. */

import { columnOf, numbersOf } from '../../../model/columns.js';
import type { CategoryColumn, Column, Frame, Roles } from '../../../model/frame.js';
import { ROLE_COLUMNS } from '../../../model/roles.js';
import { type CoMoments, coMomentsOf, mergeCoMoments } from '../../../numeric/co-moments.js';
import { CategoryAdder, profileCategoryHour } from '../columns/category-hour.js';
import { UNKNOWN_CATEGORY } from '../columns/frozen-reference.js';
import type { HourCategory } from '../columns/hour-column.js';
import { AmountAdder, type Amounts, isAmount, profileAmounts } from './amounts.js';

export const AMOUNTS = ['latency', 'cpu', 'memory', 'gpu'] as const;
export const TEXTS = ['error', 'caller', 'version'] as const;

/** Null where the hour has no such column. */
export interface RequestProfile {
  readonly amounts: Readonly<Record<(typeof AMOUNTS)[number], Amounts | null>>;
  /** Latency and the rest of it that was not spent working, of the requests that have both times, none longer at work than in all. */
  readonly waiting: CoMoments | null;
  readonly texts: Readonly<Record<(typeof TEXTS)[number], HourCategory | null>>;
}

function amountsOf(frame: Frame, name: string | undefined): Amounts | null {
  const column = columnOf(frame, name);
  return column ? profileAmounts(numbersOf(column)) : null;
}

function waitingOf(frame: Frame, { latency, processing }: Roles): CoMoments | null {
  const [total, worked] = [columnOf(frame, latency), columnOf(frame, processing)];
  if (!total || !worked) return null;
  const [all, work] = [numbersOf(total), numbersOf(worked)];
  const took = new Float64Array(frame.rows);
  const waited = new Float64Array(frame.rows);
  let n = 0;
  for (let row = 0; row < frame.rows; row++) {
    const [time, of] = [all[row] as number, work[row] as number];
    if (!isAmount(time) || !isAmount(of) || of > time) continue;
    took[n] = time;
    waited[n++] = time - of;
  }
  return coMomentsOf([took.subarray(0, n), waited.subarray(0, n)]);
}

/** Numbers as the texts that they are written as. */
function asTexts(column: Column): CategoryColumn {
  if (column.kind === 'category') return column;
  const places = new Map<string, number>();
  const codes = new Int32Array(column.values.length).fill(-1);
  column.values.forEach((value, row) => {
    if (Number.isNaN(value)) return;
    const text = String(value);
    const code = places.get(text) ?? places.size;
    places.set(text, code);
    codes[row] = code;
  });
  return { kind: 'category', name: column.name, codes, levels: [...places.keys()] };
}

function textsOf(frame: Frame, name: string | undefined): HourCategory | null {
  const column = columnOf(frame, name);
  return column ? profileCategoryHour(asTexts(column), UNKNOWN_CATEGORY) : null;
}

export function profileRequests(frame: Frame, roles: Roles): RequestProfile {
  return {
    amounts: {
      latency: amountsOf(frame, roles.latency),
      cpu: amountsOf(frame, roles.cpu),
      memory: amountsOf(frame, roles.memory),
      gpu: amountsOf(frame, roles.gpu),
    },
    waiting: waitingOf(frame, roles),
    texts: {
      error: textsOf(frame, roles.error),
      caller: textsOf(frame, roles.caller),
      version: textsOf(frame, ROLE_COLUMNS.version),
    },
  };
}

/** Adds up what parts hold of their requests; null where none has it. */
export class RequestAdder {
  readonly #amounts = new Map<(typeof AMOUNTS)[number], AmountAdder>();
  readonly #texts = new Map<(typeof TEXTS)[number], CategoryAdder>();
  #waiting: CoMoments | null = null;

  add({ amounts, waiting, texts }: RequestProfile): void {
    for (const name of AMOUNTS) {
      const amount = amounts[name];
      if (amount === null) continue;
      let adder = this.#amounts.get(name);
      if (adder === undefined) this.#amounts.set(name, (adder = new AmountAdder()));
      adder.add(amount);
    }
    for (const name of TEXTS) {
      const text = texts[name];
      if (text === null) continue;
      let adder = this.#texts.get(name);
      if (adder === undefined) this.#texts.set(name, (adder = new CategoryAdder(text)));
      adder.add(text);
    }
    if (waiting) this.#waiting = this.#waiting ? mergeCoMoments([this.#waiting, waiting]) : waiting;
  }

  sum(): RequestProfile {
    const amounts = (name: (typeof AMOUNTS)[number]): Amounts | null => this.#amounts.get(name)?.sum() ?? null;
    const texts = (name: (typeof TEXTS)[number]): HourCategory | null => this.#texts.get(name)?.sum() ?? null;
    return {
      amounts: { latency: amounts('latency'), cpu: amounts('cpu'), memory: amounts('memory'), gpu: amounts('gpu') },
      waiting: this.#waiting,
      texts: { error: texts('error'), caller: texts('caller'), version: texts('version') },
    };
  }
}
