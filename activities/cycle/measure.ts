/** Measures one part of a window and keeps the figures until they are judged. */
import { ApplicationFailure } from '@temporalio/activity';
import type { Measured, MeasureTask, WindowTask } from '../contract.js';
import type { Deps } from '../deps.js';
import { measureByThreads } from '../../src/io/measuring-thread/measuring-threads.js';
import { stageFigures } from '../../src/io/mysql/figures.js';
import { removedBefore } from '../../src/io/mysql/retention.js';
import type { ReferenceByColumn, WindowByColumn } from '../../src/measure/measure-by-column.js';
import { measureProfiles, type ProfileOptions } from '../../src/measure/measure-profiles.js';
import type { Figure, FigureFamily } from '../../src/model/figure.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import { leftOut } from '../../src/model/left-out.js';
import { rolesOf } from '../../src/model/roles.js';
import { smallestGroupOf } from '../../src/model/smallest-group.js';
import { type Window, windowOf } from '../../src/model/window.js';
import { rulesOnBounds } from '../../src/rules/bounded-figures.js';
import { evaluateRules } from '../../src/rules/evaluate.js';
import { ISOLATED_ROWS } from '../../src/security/isolation.js';
import type { FigureStore } from './figure-store.js';
import type { Reference } from './reference.js';
import { heartbeating } from './heartbeating.js';
import type { HourlyVersion } from './hour-sums.js';
import type { HoursInput, RowsInput, WindowInput, WindowInputs } from './window-input.js';

/** Families of a part. Segments are looked for where there are labels. */
const FAMILIES = {
  data: ['quality', 'drift', 'runtime', 'estimate', 'security'],
  outcome: ['performance', 'fairness', 'segment'],
} as const satisfies Record<MeasureTask['part'], readonly FigureFamily[]>;

function familiesOf(definition: ModelDefinition, part: MeasureTask['part']): readonly FigureFamily[] {
  const left = leftOut(definition);
  return FAMILIES[part].filter(
    (family) => !left.has(family) && !(family === 'segment' && definition.labels === undefined),
  );
}

/** Scoring rows by the forest costs as much as all quality and drift together: only where a rule judges by it. */
function withAskedForest(reference: Reference | null, { rules }: ModelDefinition): ReferenceByColumn | null {
  if (reference === null) return null;
  const { isolation, ...others } = reference;
  const asked = isolation !== undefined && rules.some(({ metric }) => metric === ISOLATED_ROWS);
  return { ...others, ...(asked && { isolation }) };
}

/** How rows that name no version are called where others do. */
export const UNNAMED_VERSION = '(none)';

/** The first version's figures bear plain ids; those of other versions in the window name theirs. */
function named(figures: readonly Figure[], version: string | null, first: boolean): readonly Figure[] {
  if (first) return figures;
  const name = version ?? UNNAMED_VERSION;
  return figures.map((figure) => ({ ...figure, id: `${figure.id}@${name}`, version: name }));
}

interface PartOfWindow {
  readonly definition: ModelDefinition;
  readonly window: Window;
  readonly part: MeasureTask['part'];
}

function optionsOf({ definition, window, part }: PartOfWindow): ProfileOptions {
  return {
    families: familiesOf(definition, part),
    windowSeconds: (window.to - window.from) / 1000,
    windowEnd: window.to,
    metrics: 'default',
    smallestGroup: smallestGroupOf(definition),
  };
}

/** Threads measure what is large, while this process polls and heartbeats. */
async function measureVersion(window: Window, measurable: WindowByColumn): Promise<readonly Figure[]> {
  return heartbeating(window, (signal, progress) => {
    progress(measurable.current.rows);
    return measureByThreads(measurable, signal);
  });
}

async function measureRows({ versions, ...input }: RowsInput, part: MeasureTask['part']): Promise<readonly Figure[]> {
  const { definition } = input;
  const roles = rolesOf(definition);
  const options = optionsOf({ ...input, part });
  const measured = versions.map(async ({ version, frame, reference }, index) => {
    const measurable = { current: frame, reference: withAskedForest(reference, definition), roles, options };
    return named(await measureVersion(input.window, measurable), version, index === 0);
  });
  return (await Promise.all(measured)).flat();
}

/** Whether a rule cannot be judged by the figures because its limit lies within their bound. */
function needsTheRows(
  { definition, rows, labelled, coverage, final }: HoursInput,
  version: HourlyVersion,
  figures: readonly Figure[],
): boolean {
  const { reference, profile } = version;
  const rules = rulesOnBounds(definition.rules, figures);
  if (rules.length === 0) return false;
  const verdicts = evaluateRules({
    definition: { ...definition, rules },
    figures,
    referenceFigures: reference.figures,
    rows: profile.rows,
    referenceRows: reference.rows,
    labels: { present: labelled > 0, coverage: rows === 0 ? 1 : coverage, final },
  });
  return verdicts.some(({ reason }) => reason === 'limit within bound');
}

/** Most rows that are read for a window whose profiles do not tell a rule enough. */
const MOST_ROWS = 2_000_000;

export interface MeasuringWith {
  readonly deps: Deps;
  readonly inputs: WindowInputs;
}

async function measureHours(
  { deps, inputs }: MeasuringWith,
  task: WindowTask,
  input: HoursInput,
  part: MeasureTask['part'],
): Promise<readonly Figure[]> {
  const { definition, window, versions } = input;
  const roles = rolesOf(definition);
  const options = optionsOf({ definition, window, part });
  const measured = versions.map((version) => ({
    version,
    figures: measureProfiles(version.profile, version.reference, roles, options),
  }));
  const summed = measured.flatMap(({ version, figures }, index) => named(figures, version.version, index === 0));
  const open = measured.some(({ version, figures }) => needsTheRows(input, version, figures));
  if (!open || input.rows > MOST_ROWS) return summed;
  const removed = await removedBefore(deps.database.pool, definition.model);
  if (removed !== null && window.from < removed) return summed;
  const rows = await heartbeating(window, (signal, progress) => inputs.loadRows(task, { signal, progress }));
  return measureRows(rows, part);
}

/** Figures of every version in the window. From profiles, unless a rule then could not be judged and the rows are there. */
export async function measureVersions(
  using: MeasuringWith,
  task: WindowTask,
  input: WindowInput,
  part: MeasureTask['part'],
): Promise<readonly Figure[]> {
  return input.read === 'rows' ? measureRows(input, part) : measureHours(using, task, input, part);
}

/** The window as it was collected. Rows that came in since, and another worker's reading, are a reason to collect anew. */
export async function loadCollected(inputs: WindowInputs, task: WindowTask, digest: string): Promise<WindowInput> {
  const window = windowOf(task);
  const input = await heartbeating(window, (signal, progress) => inputs.load(task, { signal, progress }));
  if (input.digest === digest) return input;
  inputs.forget(task);
  throw ApplicationFailure.nonRetryable('rows of the window changed between collecting and measuring', 'WindowChanged');
}

/** Windows of at least this many rows park their figures: measuring them again takes longer than writing and reading. */
export const PARKED_FROM_ROWS = 50_000;

export interface MeasureStores {
  readonly inputs: WindowInputs;
  readonly figures: FigureStore;
}

export function createMeasure(
  deps: Deps,
  { inputs, figures: store }: MeasureStores,
): (task: MeasureTask) => Promise<Measured> {
  return async (task) => {
    const { model, digest, part } = task;
    const input = await loadCollected(inputs, task, digest);
    const figures = await measureVersions({ deps, inputs }, task, input, part);
    store.put(model, digest, part, figures);
    if (input.rows >= PARKED_FROM_ROWS) {
      await stageFigures(deps.database.pool, model, digest, part, figures, Date.now());
    }
    return { figures: figures.length, withoutValue: figures.filter((figure) => figure.value === null).length };
  };
}
