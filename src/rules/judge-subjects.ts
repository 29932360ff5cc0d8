/** From subjects to standings: each is beyond the limit, perhaps beyond, in the band, inside, or cannot be judged. */
import type { Rule } from '../model/definition.js';
import { judgeableNumber, type Figure } from '../model/figure.js';
import type { VerdictReason } from '../model/verdict.js';
import { differenceInterval, FIGURE_CONFIDENCE, relativeInterval, rescale, type Interval } from './interval.js';
import { distanceBeyond, inBand, wholeIntervalBeyond } from './limit.js';
import { isRatio } from './metric-family.js';
import { certainTogether } from './multiple-tests.js';
import {
  MOST_POOLED,
  pool,
  pooledP,
  sameIn,
  type EarlierWindow,
  type Pooled,
  type PooledPart,
} from './pooled-windows.js';
import type { Subject } from './subjects.js';
import type { SubjectTest, TestFamily } from './test-family.js';

type Standing = 'beyond' | 'uncertain' | 'in band' | 'inside';

export interface JudgedSubject {
  readonly name: string;
  readonly figure: Figure;
  /** The number that was held against the limit: the value, or the change against the reference. */
  readonly judged: number;
  readonly value: number;
  readonly reference?: number;
  readonly interval?: Interval;
  readonly test?: SubjectTest;
  /** The window together with those before it, where only that settled the matter. */
  readonly pooled?: Pooled;
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

/** A measurement held against the rule's limit. */
interface Held {
  /** The number that is held against the limit: the value, or the change against the reference. */
  readonly judged: number;
  readonly distance: number;
  readonly intervalAt: (confidence: number) => Interval | undefined;
}

interface Readable extends Held {
  readonly subject: Subject;
  readonly figure: Figure;
  readonly value: number;
  readonly reference?: number;
  /** Another measurement of the same thing, held against the same limit. */
  readonly hold: (measurement: WithInterval) => Held | undefined;
}

/** Judges every subject of one verdict; `earlier` holds disjoint windows before this one, the newest first. */
export function judgeSubjects(
  rule: Rule,
  subjects: readonly Subject[],
  family: TestFamily,
  earlier: readonly EarlierWindow[] = [],
): Judgement {
  const leftOut: LeftOutSubject[] = [];
  const readable: Readable[] = [];
  for (const subject of subjects) {
    const read = readSubject(rule, subject);
    const lack = 'reason' in read ? read : lackOfTest(rule, subject, read.figure, family);
    if (lack !== undefined) leftOut.push(lack);
    else if (!('reason' in read)) readable.push(read);
  }
  const { certain, confidence } = certainties(rule, readable);
  const judged = readable.map((read, index): JudgedSubject => {
    const test = family.of(read.subject);
    const standing = standingOf(rule, read, certain[index] ?? false, test, family.level);
    const pooled = standing === 'uncertain' ? settledBy(rule, read, earlier, family, confidence) : undefined;
    const interval = pooled ? pooled.judgedInterval : read.intervalAt(confidence);
    return {
      name: read.subject.name,
      figure: read.figure,
      judged: read.judged,
      value: read.value,
      ...(read.reference !== undefined && { reference: read.reference }),
      ...(interval && { interval }),
      ...(test && { test }),
      ...(pooled && { pooled }),
      distance: read.distance,
      standing: pooled ? 'beyond' : standing,
    };
  });
  const rank: Record<Standing, number> = { beyond: 0, uncertain: 1, 'in band': 2, inside: 3 };
  return {
    judged: judged.sort((a, b) => rank[a.standing] - rank[b.standing] || b.distance - a.distance),
    leftOut,
  };
}

/** A rule that wants a test cannot judge a subject without one; a learned limit has no other to fall back on but these. */
function lackOfTest(rule: Rule, subject: Subject, figure: Figure, family: TestFamily): LeftOutSubject | undefined {
  if (family.of(subject) !== undefined) return undefined;
  const { name } = subject;
  if (rule.significance !== undefined) {
    return { name, figure, reason: 'no value', text: withoutP(subject.p, rule.significance.metric) };
  }
  const why = rule.certainty === null ? family.notLearned(subject) : undefined;
  return why === undefined
    ? undefined
    : { name, figure, reason: 'insufficient evidence', text: `insufficient evidence: ${why}` };
}

function standingOf(
  rule: Rule,
  read: Readable,
  certain: boolean,
  test: SubjectTest | undefined,
  level: number,
): Standing {
  if (read.distance <= 0) return inBand(rule.limit, rule.clear, read.judged) ? 'in band' : 'inside';
  return certain && (test === undefined || test.p <= level) ? 'beyond' : 'uncertain';
}

/** Looks at two, three and four windows together: each takes its part of the error that one look may have. */
const LOOKS = MOST_POOLED - 1;

/**
 * The fewest windows that, taken together with this one, lie beyond the limit with the rule's certainty. Only where the
 * figure has an interval: a distance of samples is no mean of its windows.
 */
function settledBy(
  rule: Rule,
  read: Readable,
  earlier: readonly EarlierWindow[],
  family: TestFamily,
  confidence: number,
): (Pooled & { readonly judgedInterval: Interval }) | undefined {
  const own = partOf(read.figure, read.value);
  if (rule.certainty === null || own === undefined) return undefined;
  const parts: PooledPart[] = [own];
  const before: EarlierWindow[] = [];
  for (const window of earlier) {
    const part = sameIn(window, read.figure);
    if (part === undefined) continue;
    parts.push(part);
    before.push(window);
    const pooled = pool(parts, isRatio(rule.metric));
    const held = read.hold(pooled);
    const judgedInterval = held?.intervalAt(1 - (1 - confidence) / LOOKS);
    const beyond =
      held !== undefined &&
      held.distance > 0 &&
      judgedInterval !== undefined &&
      wholeIntervalBeyond(rule.limit, judgedInterval);
    if (beyond && testHolds(rule, read.subject, before, family)) return { ...pooled, judgedInterval };
    if (parts.length === MOST_POOLED) return undefined;
  }
  return undefined;
}

function partOf(figure: Figure, value: number): PooledPart | undefined {
  if (figure.value === null || figure.interval === undefined) return undefined;
  return { value, interval: figure.interval, n: figure.n };
}

/** The test of this window holds, or that of all windows together does, corrected as if it were the smallest of its family. */
function testHolds(rule: Rule, subject: Subject, before: readonly EarlierWindow[], family: TestFamily): boolean {
  const test = family.of(subject);
  if (test === undefined || test.p <= family.level) return true;
  if (test.learned !== undefined || subject.p === undefined || rule.significance === undefined) return false;
  const p = pooledP(subject.p, before);
  return p !== undefined && p * family.size <= family.level;
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
  const hold = (measurement: WithInterval): Held => ({
    judged: measurement.value,
    distance: distanceBeyond(rule.limit, measurement.value),
    intervalAt: (confidence) => rescale(measurement, confidence, isRatio(rule.metric)),
  });
  return { subject, figure, value, hold, ...hold({ value, ...intervalOf(figure) }) };
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
  const before = { value: normal, ...intervalOf(reference) };
  const hold = (current: WithInterval): Held | undefined => holdChange(rule, relative, current, before);
  const held = hold({ value, ...intervalOf(figure) });
  if (held === undefined) return out('no value', 'a relative change needs positive values');
  return { subject, figure, value, reference: normal, hold, ...held };
}

/** A change against the reference, with the errors of both; `undefined` where a relative one does not exist. */
function holdChange(rule: Rule, relative: boolean, current: WithInterval, before: WithInterval): Held | undefined {
  const { value } = current;
  if (relative && (before.value <= 0 || value < 0)) return undefined;
  const judged = relative ? value / before.value - 1 : value - before.value;
  const size = relative ? 1 + Math.abs(judged) : Math.max(Math.abs(value), Math.abs(before.value));
  const change = relative ? relativeInterval : differenceInterval;
  return {
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
