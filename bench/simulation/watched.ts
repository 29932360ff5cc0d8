/** Three models as `plumbline apply` would have them, with every default rule, and the verdicts of one window of each. */
import { measureByWindow } from '../../src/measure/measure-by-window.js';
import { measureReference, measureWindow, type MeasuredReference } from '../../src/measure/measure.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import type { Figure, FigureFamily } from '../../src/model/figure.js';
import type { Frame } from '../../src/model/frame.js';
import { parseDefinition } from '../../src/model/parse-definition.js';
import { rolesOf } from '../../src/model/roles.js';
import type { Verdict } from '../../src/model/verdict.js';
import { windowsWithin, type Window } from '../../src/model/window.js';
import { drawBinomial, type Random } from '../../src/numeric/random.js';
import { defaultRules } from '../../src/rules/default-rules.js';
import { evaluateRules } from '../../src/rules/evaluate.js';
import { COLUMNS } from './columns.js';
import { CLASSES, type TaskFrames } from './rows.js';

export type TaskName = keyof TaskFrames;
export const TASKS: readonly TaskName[] = ['binary', 'multiclass', 'regression'];

/** The families of a cycle, but for estimates: no default rule judges them. */
const FAMILIES: readonly FigureFamily[] = [
  'quality',
  'drift',
  'runtime',
  'performance',
  'fairness',
  'segment',
  'security',
];

const namesOf = (kind: 'numeric' | 'category'): string =>
  COLUMNS.filter((column) => column.kind === kind)
    .map(({ name }) => name)
    .join(', ');

const scores = CLASSES.map((name) => `${name}: p_${name}`).join(', ');

const YAML: Readonly<Record<TaskName | 'parity', string>> = {
  binary: `
model: simulated-binary
task: binary
positive: 'yes'
source:
  table: log
  columns: { id: id, time: at, prediction: said, score: p, latency: ms, error: code }
labels: { table: outcomes, id: id, label: outcome }
features:
  numeric: [${namesOf('numeric')}]
  categorical: [${namesOf('category')}]
  other: [sex, origin]
sensitive: [sex, origin, [sex, origin]]
`,
  multiclass: `
model: simulated-multiclass
task: multiclass
source:
  table: log
  columns: { id: id, time: at, prediction: said, scores: { ${scores} } }
labels: { table: outcomes, id: id, label: outcome }
features: {}
`,
  regression: `
model: simulated-regression
task: regression
source:
  table: log
  columns: { id: id, time: at, prediction: said }
labels: { table: outcomes, id: id, label: outcome }
features: {}
`,
  parity: `
model: simulated-parity
task: binary
positive: 'yes'
source:
  table: log
  columns: { id: id, time: at, prediction: said }
labels: { table: outcomes, id: id, label: outcome }
features: { other: [origin] }
sensitive: [origin]
`,
};

function defined(task: keyof typeof YAML): ModelDefinition {
  const parsed = parseDefinition(YAML[task], `${task}.yaml`, { defaultRules });
  if (!parsed.ok) throw new Error(parsed.faults.map(({ path, message }) => `${path} ${message}`).join('\n'));
  // The defaults name no action here, since the file defines none; that is no matter for their verdicts.
  return parsed.definition;
}

export const DEFINITIONS: Readonly<Record<keyof typeof YAML, ModelDefinition>> = {
  binary: defined('binary'),
  multiclass: defined('multiclass'),
  regression: defined('regression'),
  parity: defined('parity'),
};

export interface JudgedReference {
  readonly rows: number;
  readonly measured: MeasuredReference;
  /** What the metrics with learned limits came to in the reference's own windows. */
  readonly byWindow: readonly Figure[];
}

/** `own`: the span that the reference covers, whose days are windows of its own. */
export function referenceOf(definition: ModelDefinition, frame: Frame, own?: Window): JudgedReference {
  const roles = rolesOf(definition);
  // As in cycles: no default rule asks for the forest, which costs as much as all other figures together.
  const { isolation: _, ...measured } = measureReference(frame, roles, {
    metrics: 'default',
    segments: true,
    security: true,
  });
  const { schedule, minimumRows, rules } = definition;
  const byWindow =
    own === undefined
      ? []
      : measureByWindow(frame, measured.profile, roles, {
          windows: windowsWithin(own, schedule.window, schedule.timezone, 100),
          metrics: rules.filter(({ learned }) => learned).map(({ metric }) => metric),
          minimumRows,
        });
  return { rows: frame.rows, measured, byWindow };
}

export function figuresOf(definition: ModelDefinition, frame: Frame, reference: JudgedReference): readonly Figure[] {
  return measureWindow(frame, reference.measured, rolesOf(definition), {
    families: FAMILIES,
    metrics: 'default',
    windowSeconds: 86_400,
  });
}

/** Rows of nine earlier windows whose counts vary by chance alone. */
export function volumesLike(rows: number, random: Random): readonly number[] {
  return Array.from({ length: 9 }, () => drawBinomial(random, 2 * rows, 0.5));
}

export function verdictsOf(
  definition: ModelDefinition,
  figures: readonly Figure[],
  rows: number,
  reference: JudgedReference,
  volumeHistory: readonly number[],
): readonly Verdict[] {
  return evaluateRules({
    definition,
    figures,
    referenceFigures: [...reference.measured.figures, ...reference.byWindow],
    rows,
    referenceRows: reference.rows,
    labels: { present: true, coverage: 1, final: true },
    volumeHistory,
  });
}

export const breachesOf = (verdicts: readonly Verdict[]): readonly string[] =>
  verdicts
    .filter(({ status }) => status === 'breach')
    .map(
      ({ rule, evidence }) => `${rule}${evidence.map(({ subject }) => (subject === '' ? '' : ` ${subject}`)).join()}`,
    );
