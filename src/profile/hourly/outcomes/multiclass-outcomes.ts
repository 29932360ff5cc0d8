/** Outcomes of a classifier of several classes. */

import { commonClasses } from '../../../model/class-codes.js';
import { columnOf } from '../../../model/columns.js';
import type { Frame, Roles } from '../../../model/frame.js';
import type { Grouping } from '../../../model/groups.js';
import { byCodePoint } from '../../../model/text-order.js';
import { mergeMoments } from '../../../numeric/moments.js';
import {
  type ClassScoreRows,
  classScoreRows,
  classScoreSums,
  type ClassScoreSums,
  soundRows,
} from '../../class-score-rows.js';
import { hitsByGroup } from '../../by-group.js';
import { type ClassPair, countPairs, hitsOf } from '../../class-pairs.js';
import type { GroupOutcome } from './group-outcomes.js';
import { gatherScores, ScoreAdder, type ScoreBins } from './score-bins.js';
import { mergeCalibration, mergeHeld } from './sums.js';

/** Beyond, a table of classes is nothing that a profile can hold; what is right and what is not is still counted. */
const MOST_PAIRS = 10_000;

export interface MulticlassOutcomes {
  readonly kind: 'multiclass';
  /** Rows with label and prediction, and those where they are the same. */
  readonly rows: number;
  readonly hits: number;
  /** By label, then prediction, in order of code points; null: more than are kept. */
  readonly pairs: readonly ClassPair[] | null;
  /** Null where the frame lacks the label or a score column. */
  readonly scores: ClassScoreSums | null;
  /** For each class with a score its bins; empty where no edges are frozen. */
  readonly bins: readonly ScoreBins[];
}

const byPair = (a: ClassPair, b: ClassPair): number =>
  byCodePoint(a.label, b.label) || byCodePoint(a.prediction, b.prediction);

/** Counts pairs, as long as there are not too many. */
class PairGatherer {
  readonly #counts = new Map<string, Map<string, number>>();
  #size = 0;
  #tooMany = false;

  /** Null: more than are kept. */
  add(pairs: readonly ClassPair[] | null): void {
    this.#tooMany ||= pairs === null;
    for (const { label, prediction, count } of pairs ?? []) {
      if (this.#tooMany) return;
      const row = this.#counts.get(label) ?? new Map<string, number>();
      if (!row.has(prediction)) this.#tooMany = ++this.#size > MOST_PAIRS;
      row.set(prediction, (row.get(prediction) ?? 0) + count);
      this.#counts.set(label, row);
    }
  }

  /** One entry for each pair; null where there are too many. */
  gathered(): readonly ClassPair[] | null {
    if (this.#tooMany) return null;
    const pairs = [...this.#counts].flatMap(([label, row]) =>
      [...row].map(([prediction, count]) => ({ label, prediction, count })),
    );
    return pairs.sort(byPair);
  }
}

function gatherPairs(pairs: readonly ClassPair[]): readonly ClassPair[] | null {
  const gatherer = new PairGatherer();
  gatherer.add(pairs);
  return gatherer.gathered();
}

function pairsOf(frame: Frame, roles: Roles): Pick<MulticlassOutcomes, 'rows' | 'hits' | 'pairs'> {
  const [label, prediction] = [columnOf(frame, roles.label), columnOf(frame, roles.prediction)];
  if (label === undefined || prediction === undefined) return { rows: 0, hits: 0, pairs: [] };
  const { classes, codes } = commonClasses([label, prediction]);
  const pairs = countPairs(codes[0] as Int32Array, codes[1] as Int32Array, classes);
  return {
    rows: pairs.reduce((sum, { count }) => sum + count, 0),
    hits: pairs.reduce((sum, { label: own, prediction: said, count }) => sum + (own === said ? count : 0), 0),
    pairs: gatherPairs(pairs),
  };
}

/** For each class the bins of its score, of the labelled rows with all scores and of those that an estimator foretells. */
function classBins(
  sound: ClassScoreRows,
  edges: readonly Float64Array[],
  foretold: ForetoldClasses | undefined,
): ScoreBins[] {
  return edges.map((own, at) => {
    const labelled = gatherScores(own, {
      scores: sound.scores[at] ?? new Float64Array(0),
      labels: Int8Array.from(sound.labels, (label) => Number(label === at)),
      predictions: new Int8Array(sound.labels.length).fill(-1),
      foretold: undefined,
    });
    if (foretold === undefined) return labelled;
    const scores = foretold.scores[at] as Float64Array;
    const { chosen, refused, silent } = gatherScores(own, {
      scores,
      labels: new Int8Array(scores.length).fill(-1),
      predictions: Int8Array.from(foretold.predictions, (code) => (code === -1 ? -1 : Number(code === at))),
      foretold: foretold.probabilities[at],
    });
    return { ...labelled, chosen, refused, silent };
  });
}

/** What an estimator foretells of each row: by class, in the order of the scores of the roles. */
export interface ForetoldClasses {
  readonly scores: readonly Float64Array[];
  /** Place of the predicted class; -1 where there is none, beyond the last for a class without a score. */
  readonly predictions: Int32Array;
  /** `NaN` where none is foretold. */
  readonly probabilities: readonly Float64Array[];
}

export function multiclassOutcomes(
  frame: Frame,
  roles: Roles,
  edges: readonly Float64Array[],
  foretold: ForetoldClasses | undefined,
): MulticlassOutcomes {
  const all = classScoreRows(frame, roles);
  const none: ClassScoreRows = { classes: [], labels: new Int32Array(0), scores: [] };
  const sound = all === undefined ? none : soundRows(all);
  return {
    kind: 'multiclass',
    ...pairsOf(frame, roles),
    scores: all === undefined ? null : classScoreSums(all, sound),
    bins: classBins(sound, edges, foretold),
  };
}

function mergeScores(a: ClassScoreSums, b: ClassScoreSums): ClassScoreSums {
  return {
    rows: a.rows + b.rows,
    undeclared: a.undeclared + b.undeclared,
    infinite: a.infinite + b.infinite,
    outside: a.outside || b.outside,
    topOutside: a.topOutside + b.topOutside,
    sumToOne: a.sumToOne && b.sumToOne,
    losses: mergeMoments(a.losses, b.losses),
    inTopTwo: a.inTopTwo + b.inTopTwo,
    calibration: mergeCalibration(a.calibration, b.calibration),
  };
}

export class MulticlassAdder {
  readonly #pairs = new PairGatherer();
  readonly #bins: readonly ScoreAdder[];
  #rows = 0;
  #hits = 0;
  #scores: ClassScoreSums | null = null;

  constructor(first: MulticlassOutcomes) {
    this.#bins = first.bins.map(({ mark }) => new ScoreAdder(mark));
    this.add(first);
  }

  /** Throws `RangeError` where scores are of other classes. */
  add({ rows, hits, pairs, scores, bins }: MulticlassOutcomes): void {
    if (bins.length !== this.#bins.length) throw new RangeError('scores of other classes cannot be added up');
    this.#bins.forEach((adder, at) => {
      adder.add(bins[at] as ScoreBins);
    });
    this.#rows += rows;
    this.#hits += hits;
    this.#pairs.add(pairs);
    this.#scores = mergeHeld(this.#scores, scores, mergeScores);
  }

  sum(): MulticlassOutcomes {
    return {
      kind: 'multiclass',
      rows: this.#rows,
      hits: this.#hits,
      pairs: this.#pairs.gathered(),
      scores: this.#scores,
      bins: this.#bins.map((adder) => adder.sum()),
    };
  }
}

/** Of each group its rows with label and prediction, and how many of them are right. */
export function multiclassGroups(
  frame: Frame,
  roles: Roles,
): (grouping: Grouping) => Array<Omit<GroupOutcome, 'name'>> {
  const right = hitsOf(frame, roles);
  return (grouping) =>
    hitsByGroup(right, grouping).map(({ rows, hits }) => ({ counts: Float64Array.of(rows, hits), moments: [] }));
}
