/** From subjects to standings: each is beyond the limit, perhaps beyond, in the band, inside, or cannot be judged. */
import type { Rule } from '../model/definition.js';
import { judgeableNumber, type Figure, type FigureSubject } from '../model/figure.js';
import type { VerdictReason } from '../model/verdict.js';
import { differenceInterval, FIGURE_CONFIDENCE, relativeInterval, rescale, type Interval } from './interval.js';
import { distanceBeyond, inBand, wholeIntervalBeyond } from './limit.js';
import { isRatio } from './metric-family.js';
import { adjust, certainTogether } from './multiple-tests.js';
import type { Subject } from './subjects.js';

type Standing = 'beyond' | 'uncertain' | 'in band' | 'inside';

export interface JudgedSubject {
  readonly name: string;
  readonly figure: Figure;
  /** The number that was held against the limit: the value, or the change against the reference. */
  readonly judged: number;
  readonly value: number;
  readonly reference?: number;
  readonly interval?: Interval;
  readonly p?: number;
  /** Distance beyond the limit; the worst has the largest. */
  readonly distance: number;
  readonly standing: Standing;
}

export interface LeftOutSubject {
  readonly name: string;
  readonly figure: Figure | undefined;
  readonly reason: VerdictReason;
  /** For people: why this one could not be judged. */
  readonly text: string;
}

export interface Judgement {
  /** Worst first. */
  readonly judged: readonly JudgedSubject[];
  readonly leftOut: readonly LeftOutSubject[];
}

interface Readable {
  readonly subject: Subject;
  readonly figure: Figure;
  readonly value: number;
  readonly reference?: number;
  readonly judged: number;
  readonly distance: number;
  readonly intervalAt: (confidence: number) => Interval | undefined;
}

/**
 * Judges every subject of one verdict. `family` holds all figures of the rule's significance metric in the window: the
 * p-values are corrected over all of them that rest on enough rows, not only over this rule's.
 */
export function judgeSubjects(rule: Rule, subjects: readonly Subject[], family: readonly Figure[]): Judgement {
  const corrected = correctedP(rule, family);
  const leftOut: LeftOutSubject[] = [];
  const readable: Readable[] = [];
  for (const subject of subjects) {
    const read = readSubject(rule, subject);
    if ('reason' in read) leftOut.push(read);
    else if (rule.significance !== undefined && pOf(subject, corrected) === undefined) {
      const text = withoutP(subject.p, rule.significance.metric);
      leftOut.push({ name: subject.name, figure: read.figure, reason: 'no value', text });
    } else readable.push(read);
  }
  const { certain, confidence } = certainties(rule, readable);
  const judged = readable.map((read, index): JudgedSubject => {
    const p = pOf(read.subject, corrected);
    const interval = read.intervalAt(confidence);
    return {
      name: read.subject.name,
      figure: read.figure,
      judged: read.judged,
      value: read.value,
      ...(read.reference !== undefined && { reference: read.reference }),
      ...(interval && { interval }),
      ...(p !== undefined && { p }),
      distance: read.distance,
      standing: standingOf(rule, read, certain[index] ?? false, p),
    };
  });
  const rank: Record<Standing, number> = { beyond: 0, uncertain: 1, 'in band': 2, inside: 3 };
  return {
    judged: judged.sort((a, b) => rank[a.standing] - rank[b.standing] || b.distance - a.distance),
    leftOut,
  };
}

function standingOf(rule: Rule, read: Readable, certain: boolean, p: number | undefined): Standing {
  if (read.distance <= 0) return inBand(rule.limit, rule.clear, read.judged) ? 'in band' : 'inside';
  const significant = rule.significance === undefined || (p !== undefined && p <= rule.significance.level);
  return significant && certain ? 'beyond' : 'uncertain';
}

/**
 * The certainty belongs to the verdict, not to each subject: with thirty features, one of them lies beyond its own
 * 99 % interval every few windows by chance. It is shared out by Holm's step-down.
 */
function certainties(
  rule: Rule,
  readable: readonly Readable[],
): { readonly certain: readonly boolean[]; readonly confidence: number } {
  const { certainty } = rule;
  if (certainty === null) return { certain: readable.map(() => true), confidence: FIGURE_CONFIDENCE };
  return certainTogether(readable.length, certainty, (index, confidence) => {
    const read = readable[index]!;
    const interval = read.intervalAt(confidence);
    return read.distance > 0 && (interval === undefined || wholeIntervalBeyond(rule.limit, interval));
  });
}

function readSubject(rule: Rule, subject: Subject): Readable | LeftOutSubject {
  const { name, figure } = subject;
  const out = (reason: VerdictReason, text: string): LeftOutSubject => ({ name, figure, reason, text });
  if (figure === undefined) return out('no value', `${rule.metric} was not measured`);
  if (figure.value === null) return out('no value', figure.reason);
  const value = judgeableNumber(figure);
  if (value === undefined) return out(...unjudgeable(figure, rule.metric));
  if (figure.n < rule.minimumN) return out('too few rows', tooFew(figure.n, rule.minimumN));
  if (rule.limit.kind === 'changed') return readChange(rule, rule.limit.relative, subject, figure, value);
  const measurement = { value, ...intervalOf(figure) };
  return {
    subject,
    figure,
    value,
    judged: value,
    distance: distanceBeyond(rule.limit, value),
    intervalAt: (confidence) => rescale(measurement, confidence, isRatio(rule.metric)),
  };
}

function readChange(
  rule: Rule,
  relative: boolean,
  subject: Subject,
  figure: Figure,
  value: number,
): Readable | LeftOutSubject {
  const out = (reason: VerdictReason, text: string): LeftOutSubject => ({ name: subject.name, figure, reason, text });
  const { reference } = subject;
  if (reference === undefined) return out('no reference', `the reference has no ${rule.metric}`);
  if (reference.value === null) return out('no reference', `in the reference: ${reference.reason}`);
  const normal = judgeableNumber(reference);
  if (normal === undefined) {
    const [reason, text] = unjudgeable(reference, rule.metric);
    return out(reason, `in the reference: ${text}`);
  }
  if (reference.n < rule.minimumN) {
    return out('too few rows', `in the reference: ${tooFew(reference.n, rule.minimumN)}`);
  }
  if (relative && (normal <= 0 || value < 0)) {
    return out('no value', 'a relative change needs positive values');
  }
  const current = { value, ...intervalOf(figure) };
  const before = { value: normal, ...intervalOf(reference) };
  const judged = relative ? value / normal - 1 : value - normal;
  const size = relative ? 1 + Math.abs(judged) : Math.max(Math.abs(value), Math.abs(normal));
  const change = relative ? relativeInterval : differenceInterval;
  return {
    subject,
    figure,
    value,
    reference: normal,
    judged,
    distance: distanceBeyond(rule.limit, judged, size),
    intervalAt: (confidence) => change(at(current, confidence, relative), at(before, confidence, relative)),
  };
}

interface WithInterval {
  readonly value: number;
  readonly interval?: Interval;
}

function at(measurement: WithInterval, confidence: number, log: boolean): WithInterval {
  const interval = rescale(measurement, confidence, log);
  return { value: measurement.value, ...(interval && { interval }) };
}

function intervalOf(figure: Figure): { interval?: Interval } {
  return figure.value !== null && figure.interval !== undefined ? { interval: figure.interval } : {};
}

function unjudgeable(figure: Figure, metric: string): [VerdictReason, string] {
  if (figure.value !== null && figure.degenerate) {
    return ['degenerate', `${metric} has a denominator of 0; its value is a convention`];
  }
  return ['no value', `${metric} is not a number`];
}

const tooFew = (n: number, minimum: number): string => `rests on ${n}, needs ${minimum}`;

function withoutP(figure: Figure | undefined, metric: string): string {
  if (figure === undefined) return `${metric} was not measured`;
  return figure.value === null ? `${metric}: ${figure.reason}` : `${metric} cannot be judged`;
}

/** Where a p-value was measured, as one key. */
function placeOf({ on, column, class: className, attribute, group }: FigureSubject): string {
  return JSON.stringify([on, column ?? null, className ?? null, attribute ?? null, group ?? null]);
}

function correctedP(rule: Rule, family: readonly Figure[]): ReadonlyMap<string, number> {
  if (rule.significance === undefined) return new Map();
  const tested = family.filter((figure) => {
    const p = judgeableNumber(figure);
    return p !== undefined && p >= 0 && p <= 1 && figure.n >= rule.minimumN;
  });
  const adjusted = adjust(
    tested.map((figure) => judgeableNumber(figure)!),
    rule.significance.correction,
  );
  return new Map(tested.map((figure, index) => [placeOf(figure), adjusted[index]!]));
}

function pOf({ p }: Subject, corrected: ReadonlyMap<string, number>): number | undefined {
  return p && corrected.get(placeOf(p));
}
