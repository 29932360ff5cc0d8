/** Outcomes of all parts of a window together: counts exactly, sums but for rounding. */

import { mergeMoments, type Moments } from '../../../numeric/moments.js';
import { BinaryAdder } from './binary-outcomes.js';
import { BinGatherer } from './bins.js';
import { AttributeAdder, type AttributeOutcomes } from './group-outcomes.js';
import { LevelAdder, type LevelSums } from './level-sums.js';
import { MulticlassAdder } from './multiclass-outcomes.js';
import type { OutcomeProfile } from './outcome-profile.js';
import { RegressionAdder } from './regression-outcomes.js';

type Task = OutcomeProfile['task'];

interface Adder<T> {
  add(part: T): void;
  sum(): T;
}

function ofKind<T extends Task>(kind: T['kind'], adder: Adder<T>): Adder<Task> {
  return {
    add(part) {
      if (part.kind !== kind) throw new RangeError('outcomes of other tasks cannot be added up');
      adder.add(part as T);
    },
    sum: () => adder.sum(),
  };
}

function taskAdder(first: Task): Adder<Task> {
  switch (first.kind) {
    case 'binary':
      return ofKind(first.kind, new BinaryAdder(first));
    case 'multiclass':
      return ofKind(first.kind, new MulticlassAdder(first));
    case 'regression':
      return ofKind(first.kind, new RegressionAdder(first));
  }
}

function sameNumber(a: readonly unknown[], b: readonly unknown[]): void {
  if (a.length !== b.length) throw new RangeError('outcomes of another definition cannot be added up');
}

/** All parts are of one definition and frozen by one reference. Each row may stand in one part only. */
export class OutcomeAdder {
  readonly #delays = new BinGatherer();
  readonly #task: Adder<Task>;
  readonly #attributes: readonly AttributeAdder[];
  readonly #levels: readonly LevelAdder[];
  readonly #foretold = new Map<string, Moments>();
  #rows = 0;
  #labelled = 0;
  #hasPrediction = false;
  #hasDelays = false;

  constructor(first: OutcomeProfile) {
    this.#task = taskAdder(first.task);
    this.#attributes = first.attributes.map((attribute) => new AttributeAdder(attribute));
    this.#levels = first.levels.map((levels) => new LevelAdder(levels));
    this.#addOwn(first);
  }

  #addOwn({ rows, labelled, hasPrediction, hasDelays, delays, foretold }: OutcomeProfile): void {
    this.#rows += rows;
    this.#labelled += labelled;
    this.#hasPrediction ||= hasPrediction;
    this.#hasDelays ||= hasDelays;
    this.#delays.addPacked(delays);
    for (const { loss, moments } of foretold) {
      const before = this.#foretold.get(loss);
      this.#foretold.set(loss, before ? mergeMoments(before, moments) : moments);
    }
  }

  /** Throws `RangeError` where the part is of another definition, or frozen by another reference. */
  add(part: OutcomeProfile): void {
    sameNumber(part.attributes, this.#attributes);
    sameNumber(part.levels, this.#levels);
    this.#task.add(part.task);
    this.#attributes.forEach((adder, at) => {
      adder.add(part.attributes[at] as AttributeOutcomes);
    });
    this.#levels.forEach((adder, at) => {
      adder.add(part.levels[at] as LevelSums);
    });
    this.#addOwn(part);
  }

  sum(): OutcomeProfile {
    const losses = [...this.#foretold].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      rows: this.#rows,
      labelled: this.#labelled,
      hasPrediction: this.#hasPrediction,
      hasDelays: this.#hasDelays,
      delays: this.#delays.packed(),
      task: this.#task.sum(),
      attributes: this.#attributes.map((adder) => adder.sum()),
      levels: this.#levels.map((adder) => adder.sum()),
      foretold: losses.map(([loss, moments]) => ({ loss, moments })),
    };
  }
}
