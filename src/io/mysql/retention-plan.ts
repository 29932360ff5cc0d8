/**
 * What of a model's rows may be removed: what is older than asked, but nothing that a window not yet final, a reference,
 * a retraining or an hour without a profile still needs.
 */
import type { Pool } from 'mysql2/promise';
import type { ModelDefinition, Span } from '../../model/definition.js';
import { formatSpan } from '../../model/durations.js';
import { addSpan, boundariesBetween, boundaryAtOrBefore, windowEndingAt, type Window } from '../../model/window.js';
import type { StoredModel } from './definitions.js';
import { takeDirtyHours } from './dirty-hours.js';
import { judgedWindows } from './evaluations.js';
import { servingHistory } from './registry.js';
import { joined, OLDEST, withoutKept, type KeptSpan } from './retention-spans.js';

export interface RetentionRequest {
  readonly model: StoredModel;
  readonly definition: ModelDefinition;
  readonly keep: Span;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Also rows of hours that changed since they were last profiled, or never were. */
  readonly unprofiled: boolean;
}

export interface RetentionPlan {
  /** Rows before this are older than asked; a boundary of the model's windows. */
  readonly before: number;
  readonly removable: readonly Window[];
  /** What lies before `before` and stays. */
  readonly kept: readonly KeptSpan[];
  /** Own tables that hold the model's rows. */
  readonly tables: readonly ('predictions' | 'labels')[];
}

/** As many windows as a cycle catches up; see `planCycle`. */
const CAUGHT_UP = 24;
const EVERYTHING = 1_000_000;
const HOUR_MS = 3_600_000;

/** Plumbline's own tables that hold the model's rows; none where its predictions are in a table of the user's. */
export function ownTables({ source, labels }: ModelDefinition): RetentionPlan['tables'] {
  if (source.connection !== undefined || source.table !== 'predictions') return [];
  return labels?.table === 'labels' ? ['predictions', 'labels'] : ['predictions'];
}

/** Windows that a cycle will still read: without a verdict, or with one that awaits labels. */
async function awaitedWindows(pool: Pool, { model, definition, now }: RetentionRequest): Promise<KeptSpan[]> {
  const { window, every, timezone } = definition.schedule;
  const ends = boundariesBetween(model.watchFrom, now, every, timezone, CAUGHT_UP);
  const judged = await judgedWindows(pool, model.model, {
    after: (ends[0] ?? now) - 1,
    until: now,
    mostProvisional: EVERYTHING,
  });
  const have = new Set(judged.map((one) => one.window.to));
  return [
    ...ends
      .filter((end) => !have.has(end))
      .map((end) => ({ ...windowEndingAt(end, window, timezone), why: 'windows that are not judged yet' })),
    ...judged
      .filter(({ provisional }) => provisional)
      .map((one) => ({ ...one.window, why: 'windows that are not final: labels are awaited' })),
  ];
}

/**
 * Spans that references are made of. A reference is made anew with every revision, so its rows stay as long as its version
 * may be judged again: the one that serves, the one before it, and those that served since `before`.
 */
async function referenceSpans(
  pool: Pool,
  { model, definition }: RetentionRequest,
  before: number,
): Promise<KeptSpan[]> {
  const { reference, schedule } = definition;
  if (reference.kind === 'trainer') return [];
  if (reference.kind === 'span') {
    return [{ from: Date.parse(reference.from), to: Date.parse(reference.to), why: 'the reference' }];
  }
  const periods = await servingHistory(pool, model.model);
  const started = new Map<string, number>();
  for (const { version, dataSince } of periods) {
    started.set(version, Math.min(dataSince, started.get(version) ?? Infinity));
  }
  const needed = new Set(periods.slice(0, 2).map(({ version }) => version));
  for (const [index, { version }] of periods.entries()) {
    // Newest first: a period ends where the one before it in the list begins.
    if ((periods[index - 1]?.dataSince ?? Infinity) > before) needed.add(version);
  }
  return [...needed].map((version) => {
    const from = started.get(version) ?? 0;
    return { from, to: addSpan(from, reference.length, schedule.timezone), why: `the reference of version ${version}` };
  });
}

async function unprofiledHours(pool: Pool, request: RetentionRequest, before: number): Promise<KeptSpan[]> {
  if (request.unprofiled || request.definition.read !== 'hours') return [];
  const hours = await takeDirtyHours(pool, request.model.model, { from: OLDEST, to: before });
  return hours.map(({ hour }) => ({
    from: hour,
    to: hour + HOUR_MS,
    why: 'hours whose rows changed since they were last profiled, or never were',
  }));
}

export async function planRetention(pool: Pool, request: RetentionRequest): Promise<RetentionPlan> {
  const { definition, keep, now } = request;
  const { schedule, actions } = definition;
  const asked = addSpan(now, keep, schedule.timezone, -1);
  const before = boundaryAtOrBefore(asked, schedule.window, schedule.timezone);
  const span = actions.retrain?.span;
  const training: KeptSpan[] =
    span === undefined
      ? []
      : [
          {
            from: addSpan(now, span, schedule.timezone, -1),
            to: now,
            why: `the ${formatSpan(span)} that a retraining is given`,
          },
        ];
  const needed = [
    ...(await awaitedWindows(pool, request)),
    ...(await referenceSpans(pool, request, before)),
    ...(await unprofiledHours(pool, request, before)),
    ...training,
  ];
  const kept = joined(needed.filter(({ from }) => from < before));
  return { before, kept, removable: withoutKept({ from: OLDEST, to: before }, kept), tables: ownTables(definition) };
}
