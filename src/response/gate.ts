/** The promotion gate: may a retrained candidate take the place of the version that serves? Figures in, verdict out. */
import type { RetrainDefinition } from '../model/definition.js';
import type { Verdict } from '../model/verdict.js';
import { pairedAucDifference, pairedLossDifference, type PairedDifference } from './paired-difference.js';

export type GateMetric = RetrainDefinition['gate']['metric'];

/** What one model says of one row. `score` is the probability (or any rising score) of the positive class. */
export interface GateOutput {
  readonly prediction: string | number | null;
  readonly score: number | null;
}

/** One labelled row that the candidate was not trained on, as both models see it. */
export interface GateRow {
  readonly label: string | number;
  readonly champion: GateOutput;
  readonly candidate: GateOutput;
}

export interface GateInput {
  readonly rows: readonly GateRow[];
  readonly metric: GateMetric;
  /** The label that counts as positive; needed for `roc_auc` and `log_loss`. */
  readonly positive?: string;
  /** How much worse the candidate may at most be, in the metric's own unit; not negative. */
  readonly margin: number;
  readonly minimumRows: number;
  /** Of the two-sided interval whose lower end decides; default 0.95. */
  readonly confidence?: number;
  /** Hashes of both artefacts, where known: a candidate that is the champion again has nothing to offer. */
  readonly artefacts?: { readonly champion: string; readonly candidate: string };
  /** The model's fairness rules, judged on the candidate's predictions for these rows. */
  readonly fairness?: ReadonlyArray<Pick<Verdict, 'rule' | 'segment' | 'status' | 'reason'>>;
}

export type GateReason =
  | 'not worse'
  | 'may be worse'
  | 'too few rows'
  | 'one class only'
  | 'no comparison'
  | 'same artefact'
  | 'fairness rule breached';

export interface GateVerdict {
  readonly verdict: 'promote' | 'refuse';
  readonly reason: GateReason;
  /** The reason as a sentence with its numbers, for messages. */
  readonly text: string;
  readonly metric: GateMetric;
  /** Rows compared. */
  readonly n: number;
  readonly champion: number | null;
  readonly candidate: number | null;
  /** Candidate against champion, positive when the candidate is better, whichever way the metric runs. */
  readonly difference: number | null;
  readonly interval: readonly [low: number, high: number] | null;
  /** What a reader should know though it did not decide: rows left out, fairness rules that could not be judged. */
  readonly notes: readonly string[];
}

/**
 * Promotes when the paired interval of the improvement lies above −margin as a whole: the candidate is shown to be not
 * worse than the champion by more than the margin. This is a test of non-inferiority; its level is that of the lower
 * end of a two-sided 95 % interval, one-sided 2.5 % (the convention of ICH E9). It does not ask for an improvement:
 * a fresh model that ranks alike is wanted when data have moved. Whatever cannot be compared is refused.
 */
export function judgePromotion(input: GateInput): GateVerdict {
  const usable = input.rows.filter((row) => isUsable(row, input.metric));
  const notes = notesOf(input, usable.length);
  const base = { metric: input.metric, n: usable.length, notes };
  const refuse = (reason: GateReason, text: string): GateVerdict => ({
    ...base,
    ...figures(undefined, input.metric),
    verdict: 'refuse',
    reason,
    text,
  });
  if (input.artefacts !== undefined && input.artefacts.champion === input.artefacts.candidate) {
    return refuse('same artefact', 'The candidate is the serving artefact once more: training again changed nothing.');
  }
  if (usable.length < input.minimumRows) {
    return refuse(
      'too few rows',
      `${String(usable.length)} labelled rows that the candidate has not seen; the gate needs ${String(input.minimumRows)}.`,
    );
  }
  if (needsClasses(input.metric)) {
    const positives = usable.filter((row) => String(row.label) === input.positive).length;
    if (positives === 0 || positives === usable.length) {
      return refuse('one class only', `All ${String(usable.length)} rows are of one class; nothing can be ranked.`);
    }
  }
  const compared = compare(usable, input);
  if (compared === undefined) {
    return refuse('no comparison', `${input.metric} of both models could not be computed on the same rows.`);
  }
  const breached = (input.fairness ?? []).filter((verdict) => verdict.status === 'breach');
  const [low] = compared.interval;
  const measured = { ...base, ...figures(compared, input.metric) };
  const sentence = comparisonSentence(compared, input);
  if (breached.length > 0) {
    const names = breached.map(({ rule, segment }) => (segment === '' ? rule : `${rule} (${segment})`)).join(', ');
    return {
      ...measured,
      verdict: 'refuse',
      reason: 'fairness rule breached',
      text: `Breached: ${names}. ${sentence}`,
    };
  }
  return low > -input.margin
    ? { ...measured, verdict: 'promote', reason: 'not worse', text: sentence }
    : { ...measured, verdict: 'refuse', reason: 'may be worse', text: sentence };
}

const needsClasses = (metric: GateMetric): boolean => metric === 'roc_auc' || metric === 'log_loss';

function isUsable(row: GateRow, metric: GateMetric): boolean {
  const outputs = [row.champion, row.candidate];
  switch (metric) {
    case 'roc_auc':
      return outputs.every(({ score }) => score !== null && !Number.isNaN(score));
    case 'log_loss':
      return outputs.every(({ score }) => score !== null && score >= 0 && score <= 1);
    case 'accuracy':
      return outputs.every(({ prediction }) => prediction !== null);
    case 'mae':
      return [row.label, ...outputs.map(({ prediction }) => prediction)].every((value) => isFiniteNumber(value));
  }
}

function isFiniteNumber(value: string | number | null): boolean {
  if (typeof value === 'string') return value.trim() !== '' && Number.isFinite(Number(value));
  return value !== null && Number.isFinite(value);
}

function compare(rows: readonly GateRow[], input: GateInput): PairedDifference | undefined {
  const confidence = input.confidence ?? 0.95;
  const of = (which: 'champion' | 'candidate', value: (row: GateRow, output: GateOutput) => number): Float64Array =>
    Float64Array.from(rows, (row) => value(row, row[which]));
  const losses = (value: (row: GateRow, output: GateOutput) => number): PairedDifference | undefined =>
    pairedLossDifference(of('champion', value), of('candidate', value), confidence);
  switch (input.metric) {
    case 'roc_auc': {
      const score = (_: GateRow, output: GateOutput): number => output.score ?? 0;
      const positive = Uint8Array.from(rows, (row) => (String(row.label) === input.positive ? 1 : 0));
      return pairedAucDifference(positive, of('champion', score), of('candidate', score), confidence);
    }
    case 'log_loss':
      return losses((row, output) => logLoss(String(row.label) === input.positive, output.score ?? 0));
    case 'accuracy':
      return losses((row, output) => (String(output.prediction) === String(row.label) ? 0 : 1));
    case 'mae':
      return losses((row, output) => Math.abs(Number(output.prediction) - Number(row.label)));
  }
}

/** Scores of exactly 0 and 1 are held back by the double's epsilon, as scikit-learn does, so that one row cannot be infinite. */
function logLoss(isPositive: boolean, score: number): number {
  const p = Math.min(Math.max(score, Number.EPSILON), 1 - Number.EPSILON);
  return -Math.log(isPositive ? p : 1 - p);
}

function figures(
  compared: PairedDifference | undefined,
  metric: GateMetric,
): Pick<GateVerdict, 'champion' | 'candidate' | 'difference' | 'interval'> {
  if (compared === undefined) return { champion: null, candidate: null, difference: null, interval: null };
  // Accuracy is compared as a share of misses, and shown as the share of hits.
  const shown = (value: number): number => (metric === 'accuracy' ? 1 - value : value);
  return {
    champion: shown(compared.champion),
    candidate: shown(compared.candidate),
    difference: compared.improvement,
    interval: compared.interval,
  };
}

function comparisonSentence(compared: PairedDifference, input: GateInput): string {
  const { champion, candidate } = figures(compared, input.metric);
  const [low, high] = compared.interval;
  const number = (value: number | null): string => (value ?? 0).toFixed(3);
  const side = low > -input.margin ? 'above' : 'not above';
  return (
    `${input.metric} ${number(candidate)} against ${number(champion)} on the same rows: improvement ` +
    `${number(compared.improvement)}, interval ${number(low)} to ${number(high)}, its lower end ${side} ` +
    `the margin of −${String(input.margin)}.`
  );
}

function notesOf(input: GateInput, used: number): readonly string[] {
  const notes: string[] = [];
  const left = input.rows.length - used;
  if (left > 0) notes.push(`${String(left)} rows left out: a score or prediction was missing or not usable.`);
  for (const verdict of input.fairness ?? []) {
    if (verdict.status !== 'unknown') continue;
    const name = verdict.segment === '' ? verdict.rule : `${verdict.rule} (${verdict.segment})`;
    notes.push(`${name} could not be judged: ${verdict.reason}.`);
  }
  return notes;
}
