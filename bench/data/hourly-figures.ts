/** Windows as sums of hours, loaded by what the product's cycles load them with, in the measuring process. */
import { pino } from 'pino';
import { DefinitionStore } from '../../activities/cycle/definition-store.js';
import { ReferenceStore } from '../../activities/cycle/reference.js';
import { createWindowInputs, type WindowInputs } from '../../activities/cycle/window-input.js';
import type { Deps } from '../../activities/deps.js';
import type { Database } from '../../src/io/mysql/pool.js';
import { measureProfiles } from '../../src/measure/measure-profiles.js';
import type { Figure, FigureFamily } from '../../src/model/figure.js';
import { rolesOf } from '../../src/model/roles.js';
import type { MeasuringTask } from './measuring-task.js';

const HOUR_MS = 3_600_000;
const REVISION = 1;

interface Databases {
  readonly tables: Database;
  readonly store: Database;
}

/** What a worker has of them; nothing else is asked for. */
function depsOf({ tables, store }: Databases): Deps {
  const nobody = (): never => {
    throw new Error('nobody is told of a benchmark');
  };
  return {
    database: store,
    sources: { poolOf: () => tables.pool, close: () => tables.close() },
    resolveSecret: nobody,
    log: pino({ level: 'warn' }, pino.destination(2)),
    ...{ command: '', temporalUi: null, namespace: '', taskQueue: '', artefacts: '', slackApiUrl: null },
  };
}

/** As a worker keeps them: definitions and references are decoded once. */
let inputs: WindowInputs | null = null;

export async function hourlyFigures(
  databases: Databases,
  { definition, window, metrics }: MeasuringTask,
  families: readonly FigureFamily[],
): Promise<{ readonly rows: number; readonly figures: readonly Figure[] }> {
  const deps = depsOf(databases);
  inputs ??= createWindowInputs(deps, {
    references: new ReferenceStore(deps),
    definitions: new DefinitionStore(deps),
  });
  const task = {
    ...{ model: definition.model, revision: REVISION, scheduledAt: new Date(window.to + HOUR_MS).toISOString() },
    ...{ from: new Date(window.from).toISOString(), to: new Date(window.to).toISOString() },
  };
  const input = await inputs.load(task);
  const [version, ...others] = input.read === 'hours' ? input.versions : [];
  if (version === undefined || others.length > 0) throw new Error('the window is not the hours of one version');
  const options = { families, metrics, windowSeconds: (window.to - window.from) / 1000, windowEnd: window.to };
  const figures = measureProfiles(version.profile, version.reference, rolesOf(definition), options);
  inputs.forget(task);
  return { rows: input.rows, figures: [...version.reference.figures, ...figures] };
}
