/** Families of figures that a model's cycles neither measure nor judge. */
import type { FigureFamily } from './figure.js';

/** What a definition may leave out. Quality always counts: rows that are missing or cannot be read concern every other figure. */
export const LEAVABLE_FAMILIES = [
  'drift',
  'performance',
  'fairness',
  'runtime',
  'estimate',
  'segment',
  'security',
] as const satisfies readonly FigureFamily[];

export type LeavableFamily = (typeof LEAVABLE_FAMILIES)[number];

/** Families whose figures profiles of hours do not give. */
export const OF_ROWS = ['segment', 'security'] as const satisfies readonly LeavableFamily[];

interface Choosing {
  readonly leaveOut?: readonly LeavableFamily[];
  readonly read?: 'hours';
}

/** Left out by name, or because the windows are added up from profiles. */
export function leftOut({ leaveOut = [], read }: Choosing): ReadonlySet<FigureFamily> {
  return new Set<FigureFamily>([...leaveOut, ...(read === 'hours' ? OF_ROWS : [])]);
}
