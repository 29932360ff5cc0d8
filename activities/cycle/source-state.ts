/**
 * What of the source a window rests on, in short. Where Plumbline's own tables are read, their writers mark the hours of
 * what they write, and the state of a window of whole hours is a hash of marks; it is another one as soon as a row or a label
 * has come. Elsewhere it is the number of rows and of labels.
 */
import { createHash } from 'node:crypto';
import type { Deps } from '../deps.js';
import { takeDirtyHours, type DirtyHour } from '../../src/io/mysql/dirty-hours.js';
import { revisedHours } from '../../src/io/mysql/hour-profiles.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import { hoursWithin, type Window } from '../../src/model/window.js';

/** Whether whoever writes the rows and the labels marks their hours. */
export function marksItsHours({ source, labels }: ModelDefinition): boolean {
  const own = source.connection === undefined && source.table === 'predictions';
  return own && (labels === undefined || (labels.connection === undefined && labels.table === 'labels'));
}

export const isMarked = (definition: ModelDefinition, window: Window): boolean =>
  marksItsHours(definition) && hoursWithin(window).edges.length === 0;

type Revised = Awaited<ReturnType<typeof revisedHours>>[number];

function stateOf(marks: readonly DirtyHour[], revised: readonly Revised[]): string {
  const hash = createHash('sha256');
  for (const { hour, mark } of marks) hash.update(`${String(hour)} ${mark}\n`);
  for (const { hour, revisedAt } of revised) hash.update(`${String(hour)} ${String(revisedAt)}\n`);
  return hash.digest('hex');
}

/** The states of marked windows as they are now; one that is read now may hold less (`stateRead`). */
export async function statesNow(
  { database: { pool } }: Pick<Deps, 'database'>,
  { model, read }: ModelDefinition,
  windows: readonly Window[],
): Promise<readonly string[]> {
  if (windows.length === 0) return [];
  const all = {
    from: Math.min(...windows.map(({ from }) => from)),
    to: Math.max(...windows.map(({ to }) => to)),
  };
  const marks = await takeDirtyHours(pool, model, all);
  const revised = read === 'hours' ? await revisedHours(pool, model, all) : [];
  return windows.map(({ from, to }) => {
    const isOf = ({ hour }: { readonly hour: number }): boolean => hour >= from && hour < to;
    return stateOf(marks.filter(isOf), revised.filter(isOf));
  });
}

/** Clocks of the database and of Temporal may differ by so much. */
const CLOCKS_MS = 60_000;

/**
 * What a marked window rests on that was read after `marks` had been looked at. By rows, labels are seen that had arrived by
 * the cycle's *now*: a mark behind it is none of its own, unless the cycle ran so late that the slot's *now* is long gone (a
 * backfilled slot sees what the slot would have seen). By hours, marks were taken, or came too late.
 */
export async function stateRead(
  { database: { pool } }: Pick<Deps, 'database'>,
  { model, read, schedule }: ModelDefinition,
  window: Window,
  { marks, now, readAt }: { readonly marks: readonly DirtyHour[]; readonly now: number; readonly readAt: number },
): Promise<string> {
  if (read === 'hours') return stateOf([], await revisedHours(pool, model, window));
  const isLive = readAt - now <= schedule.catchupMs;
  return stateOf(isLive ? marks.filter(({ markedAt }) => markedAt < now - CLOCKS_MS) : marks, []);
}
