/** A reference against itself, window by window: how far a figure goes when nothing is wrong. */

import { judgeableNumber, type Figure, type FigureFamily } from '../model/figure.js';
import { byWindowFigure, type OwnWindow } from '../model/by-window.js';
import type { Frame, Roles } from '../model/frame.js';
import { takeRows } from '../model/frame-rows.js';
import { columnOf, numbersOf } from '../model/columns.js';
import type { Window } from '../model/window.js';
import { profileWithout } from '../profile/leave-out.js';
import { profileFrame, type WindowProfile } from '../profile/reference-profile.js';
import { measureWindow, type MeasureOptions } from './measure.js';

export interface OwnWindowsOptions extends Omit<MeasureOptions, 'metrics' | 'profile'> {
  /** Disjoint windows of the length that will be judged, each wholly within the reference. */
  readonly windows: readonly Window[];
  /** Metrics to follow; others are not measured. */
  readonly metrics: readonly string[];
  /** A window with fewer rows would not be judged, and nothing is learned from it. */
  readonly minimumRows: number;
}

/** Segments are other ones in each window, and estimates need more of a reference than its profile. */
const FAMILIES: readonly FigureFamily[] = ['quality', 'drift', 'performance', 'fairness', 'runtime'];

/** Indices of the rows of each window, by their time. */
function rowsByWindow(frame: Frame, roles: Roles, windows: readonly Window[]): readonly Int32Array[] {
  const time = columnOf(frame, roles.time);
  if (!time) return [];
  const times = numbersOf(time);
  return windows.map(({ from, to }) => {
    const rows: number[] = [];
    for (let row = 0; row < times.length; row++) {
      const at = times[row] as number;
      if (at >= from && at < to) rows.push(row);
    }
    return Int32Array.from(rows);
  });
}

interface Followed {
  readonly figure: Figure;
  readonly windows: OwnWindow[];
}

/**
 * For each metric and place one figure that lists its value in every window of the reference, each window measured
 * against the rest of the reference (leave-one-out), as a later window will be against the whole. Values that could not
 * be judged are left out. Nothing where rows have no time.
 */
export function measureByWindow(
  frame: Frame,
  profile: WindowProfile,
  roles: Roles,
  { windows, metrics, minimumRows, ...options }: OwnWindowsOptions,
): Figure[] {
  if (metrics.length === 0) return [];
  const followed = new Map<string, Followed>();
  for (const rows of rowsByWindow(frame, roles, windows)) {
    if (rows.length < Math.max(1, minimumRows) || rows.length === frame.rows) continue;
    const own = takeRows(frame, rows);
    const ownProfile = profileFrame(own, roles);
    const rest = profileWithout(profile, ownProfile);
    const figures = measureWindow(own, { profile: rest }, roles, {
      ...options,
      metrics,
      profile: ownProfile,
      families: FAMILIES,
    });
    for (const figure of figures) {
      const value = judgeableNumber(figure);
      if (value === undefined || !metrics.includes(figure.metric)) continue;
      const known = followed.get(figure.id) ?? { figure, windows: [] };
      known.windows.push({ rows: rows.length, value });
      followed.set(figure.id, known);
    }
  }
  return [...followed.values()].map(({ figure, windows: own }) => byWindowFigure(figure, own));
}
