/** Rules against figures: one verdict per rule, and per sensitive attribute for rules on groups. */
import type { ModelDefinition, Rule } from '../model/definition.js';
import { judgeableNumber, type Figure } from '../model/figure.js';
import { smallestGroupOf } from '../model/smallest-group.js';
import type { CycleVerdict, Evidence, Verdict, VerdictReason, VerdictStatus } from '../model/verdict.js';
import { hideSmallGroups } from '../privacy/hide-groups.js';
import { judgeWithinBounds } from './bounded-figures.js';
import { withDerivedFigures, withUnseenShares } from './derived-figures.js';
import { judgeSubjects, type JudgedSubject, type Judgement, type LeftOutSubject } from './judge-subjects.js';
import { limitText } from './limit.js';
import { familyOf, isOfVolume, judgesAbsentLabels, needsLabels } from './metric-family.js';
import type { EarlierWindow } from './pooled-windows.js';
import { attributesOf, subjectsOf, type FigureSet, type SubjectGroup } from './subjects.js';
import { testFamily } from './test-family.js';

type JudgedDefinition = Pick<
  ModelDefinition,
  'features' | 'labels' | 'minimumGroup' | 'minimumRows' | 'rules' | 'sensitive' | 'source'
>;

export interface RulesInput {
  readonly definition: JudgedDefinition;
  /** Measured on the current window, or on both periods against each other. */
  readonly figures: readonly Figure[];
  readonly referenceFigures: readonly Figure[];
  /** Rows of the current window. */
  readonly rows: number;
  /** Null where the version has no reference yet. */
  readonly referenceRows: number | null;
  readonly labels: {
    /** At least one label is there. */
    readonly present: boolean;
    /** Share of the window's rows that have their label. */
    readonly coverage: number;
    /** Coverage is sufficient, or the deadline for labels is over. */
    readonly final: boolean;
  };
  /** Rows of earlier comparable windows, such as those of the same weekday. */
  readonly volumeHistory?: readonly number[];
  /**
   * Windows of the same version before this one, the newest first, which share no data with it nor with each other: where
   * this window's intervals straddle a limit, up to three of them are taken together with it.
   */
  readonly earlier?: readonly EarlierWindow[];
}

const MAXIMUM_EVIDENCE = 10;

interface Unknown {
  readonly reason: VerdictReason;
  readonly text: string;
  readonly provisional?: boolean;
}

/**
 * Judges one window. Verdicts come in the order of the rules, without groups that are too small to be shown; no input
 * makes it throw.
 */
export function evaluateRules(input: RulesInput): Verdict[] {
  const { figures, definition } = input;
  return [
    ...judgeWithinBounds(figures, definition.rules, (at, rules) =>
      evaluateFigures({ ...input, figures: at, definition: { ...definition, rules } }),
    ),
  ];
}

function evaluateFigures(input: RulesInput): readonly Verdict[] {
  const { definition } = input;
  const current = derivedFrom(input.figures, input);
  const figures: FigureSet = { current, reference: withUnseenShares(current, input.referenceFigures) };
  const earlier = (input.earlier ?? []).map((window) => ({ figures: derivedFrom(window.figures, input) }));
  const verdicts = definition.rules.flatMap((rule) => evaluateRule(rule, { ...input, earlier }, figures));
  return hideSmallGroups(verdicts, input, { ...definition, smallestGroup: smallestGroupOf(definition) });
}

function derivedFrom(
  figures: readonly Figure[],
  { referenceFigures, rows, volumeHistory = [] }: RulesInput,
): readonly Figure[] {
  return withDerivedFigures({ figures, referenceFigures, rows, volumeHistory });
}

/** Every rule's verdict for a window that could not be measured at all. */
export function unknownVerdicts(
  definition: Pick<JudgedDefinition, 'rules' | 'sensitive'>,
  reason: VerdictReason,
  text: string,
): Verdict[] {
  return definition.rules.flatMap((rule) => unknownForRule(rule, definition, [], { reason, text }));
}

/** The whole window in one word: `unknown` only if no rule could be judged. */
export function cycleVerdict(verdicts: readonly Verdict[]): CycleVerdict {
  if (verdicts.some(({ status }) => status === 'breach')) return 'breach';
  return verdicts.some(({ status }) => status === 'pass') ? 'pass' : 'unknown';
}

function evaluateRule(rule: Rule, input: RulesInput, figures: FigureSet): Verdict[] {
  const unknown = wholeWindowUnknown(rule, input);
  if (unknown) {
    // That rows are few is a finding where rows are counted; that they are as few as usual makes no window judged.
    const verdicts = isOfVolume(rule) ? judgedVerdicts(rule, input, figures) : [];
    if (verdicts.some(({ status }) => status === 'breach')) return verdicts;
    return unknownForRule(rule, input.definition, figures.current, unknown);
  }
  return judgedVerdicts(rule, input, figures);
}

function judgedVerdicts(rule: Rule, input: RulesInput, figures: FigureSet): Verdict[] {
  return subjectsOf(rule, input.definition, figures).map((group) => {
    const family = testFamily(rule, group.subjects, figures, input.rows);
    const judgement = judgeSubjects(rule, group.subjects, family, input.earlier);
    return judgement.judged.length === 0
      ? nothingJudged(rule, group, judgement.leftOut, input.referenceRows === null)
      : judgedVerdict(rule, group.segment, judgement);
  });
}

/** What makes a rule's verdict unknown before any figure is looked at. */
function wholeWindowUnknown(rule: Rule, { definition, rows, labels }: RulesInput): Unknown | undefined {
  if (rows === 0) return { reason: 'empty window', text: 'the window holds no rows' };
  if (rows < definition.minimumRows) {
    return { reason: 'too few rows', text: `the window holds ${rows} rows, needs ${definition.minimumRows}` };
  }
  if (!needsLabels(rule)) return undefined;
  if (definition.labels !== undefined && !labels.final) {
    const text = `${Math.floor(labels.coverage * 100)} % of the rows have their label so far`;
    return { reason: 'labels not in yet', text, provisional: true };
  }
  if (!labels.present && !(definition.labels !== undefined && judgesAbsentLabels(rule))) {
    return { reason: 'no labels', text: 'no row has a label' };
  }
  return labels.final ? undefined : { reason: 'labels not in yet', text: 'labels may still come', provisional: true };
}

function unknownForRule(
  rule: Rule,
  definition: Pick<JudgedDefinition, 'sensitive'>,
  figures: readonly Figure[],
  unknown: Unknown,
): Verdict[] {
  const attributes = rule.scope === 'groups' ? attributesOf(rule, definition, figures) : [];
  const segments = attributes.length > 0 ? attributes : [''];
  const evidence: Evidence[] = [{ figure: '', subject: '', value: null, n: 0, reason: unknown.text }];
  return segments.map((segment) => ({
    ...verdictHead(rule, segment, 'unknown', unknown.reason),
    evidence,
    provisional: unknown.provisional ?? false,
  }));
}

/** When several reasons stand in the way, the first of these is named; each subject keeps its own in the evidence. */
const REASON_ORDER: readonly VerdictReason[] = [
  'no reference',
  'too few rows',
  'insufficient evidence',
  'degenerate',
  'no value',
];

function nothingJudged(
  rule: Rule,
  { segment }: SubjectGroup,
  leftOut: readonly LeftOutSubject[],
  withoutReference: boolean,
): Verdict {
  const compares = rule.limit.kind === 'changed' || familyOf(rule) === 'drift';
  const reason = ((): VerdictReason => {
    if (compares && withoutReference) return 'no reference';
    if (rule.scope === 'groups' && leftOut.length > 0) return 'insufficient evidence';
    return REASON_ORDER.find((candidate) => leftOut.some((subject) => subject.reason === candidate)) ?? 'no value';
  })();
  const nothing: Evidence = { figure: '', subject: '', value: null, n: 0, reason: notMeasured(rule, withoutReference) };
  return {
    ...verdictHead(rule, segment, 'unknown', reason),
    evidence:
      leftOut.length > 0 ? leftOut.slice(0, MAXIMUM_EVIDENCE).map((one) => leftOutEvidence(rule, one)) : [nothing],
    ...(leftOut.length > 0 && { leftOut: leftOut.length }),
  };
}

function notMeasured(rule: Rule, withoutReference: boolean): string {
  if (withoutReference) return 'the version has no reference yet';
  return rule.scope === 'groups' ? `no group has ${rule.metric}` : `${rule.metric} was not measured`;
}

function judgedVerdict(rule: Rule, segment: string, { judged, leftOut }: Judgement): Verdict {
  const worst = judged[0]!;
  const breached = judged.filter(({ standing }) => standing === 'beyond');
  const [status, reason] = statusOf(worst);
  return {
    ...verdictHead(rule, segment, status, reason),
    limit: limitText(rule, worst.test?.learned),
    evidence: shownEvidence(rule, breached.length > 0 ? breached : [worst], judged, leftOut),
    breached: breached.length,
    judged: judged.length,
    ...(leftOut.length > 0 && { leftOut: leftOut.length }),
  };
}

function statusOf({ standing }: JudgedSubject): [VerdictStatus, VerdictReason] {
  switch (standing) {
    case 'beyond':
      return ['breach', 'beyond limit'];
    case 'uncertain':
      return ['pass', 'uncertain'];
    case 'in band':
      return ['pass', 'in band'];
    case 'inside':
      return ['pass', 'within limit'];
  }
}

/** Breaches by name, or the one that came closest; groups are all shown, those without evidence by name. */
function shownEvidence(
  rule: Rule,
  telling: readonly JudgedSubject[],
  judged: readonly JudgedSubject[],
  leftOut: readonly LeftOutSubject[],
): Evidence[] {
  if (rule.scope !== 'groups') return telling.slice(0, MAXIMUM_EVIDENCE).map(judgedEvidence);
  const named = leftOut.map((subject) => leftOutEvidence(rule, subject));
  // Breaching groups come first whatever their number; of the rest, half the room is kept for groups left out.
  const room = Math.max(telling.length, MAXIMUM_EVIDENCE - Math.min(named.length, MAXIMUM_EVIDENCE / 2));
  return [...judged.slice(0, room).map(judgedEvidence), ...named].slice(0, MAXIMUM_EVIDENCE);
}

function judgedEvidence(subject: JudgedSubject): Evidence {
  const { figure, interval, test, pooled } = subject;
  const own = figure.value === null ? undefined : figure.interval;
  return {
    figure: figure.id,
    subject: subject.name,
    value: subject.value,
    ...(own && { interval: own }),
    ...(subject.reference !== undefined && { reference: subject.reference, change: subject.judged }),
    // An open end has no JSON form.
    ...(interval?.every(Number.isFinite) && { judgedInterval: interval }),
    ...(test && { p: test.p }),
    ...(test?.learned && { learned: test.learned }),
    ...(pooled && { pooled: { windows: pooled.windows, value: pooled.value, n: pooled.n } }),
    n: figure.n,
  };
}

function leftOutEvidence(rule: Rule, { name, figure, text }: LeftOutSubject): Evidence {
  return {
    figure: figure?.id ?? '',
    subject: name,
    value: (figure && judgeableNumber(figure)) ?? null,
    n: figure?.n ?? 0,
    reason:
      rule.scope === 'groups' && !text.startsWith('insufficient evidence') ? `insufficient evidence: ${text}` : text,
  };
}

function verdictHead(
  rule: Rule,
  segment: string,
  status: VerdictStatus,
  reason: VerdictReason,
): Omit<Verdict, 'evidence'> {
  return {
    rule: rule.id,
    segment,
    status,
    reason,
    severity: rule.severity,
    action: rule.action,
    limit: limitText(rule),
    breached: 0,
    judged: 0,
    provisional: false,
  };
}
