/** Labels and predictions of several classes, counted. */

import { commonClasses } from '../model/class-codes.js';
import { columnOf } from '../model/columns.js';
import type { Frame, Roles } from '../model/frame.js';

/** Rows of one label with one prediction. */
export interface ClassPair {
  readonly label: string;
  readonly prediction: string;
  readonly count: number;
}

/** The pairs that occur among rows where both codes are present (not -1); `names` gives the class of each code. */
export function countPairs(labels: Int32Array, predictions: Int32Array, names: readonly string[]): ClassPair[] {
  const counts = new Map<number, number>();
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    const prediction = predictions[row] as number;
    if (label < 0 || prediction < 0) continue;
    const key = label * names.length + prediction;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => ({
    label: names[Math.floor(key / names.length)] as string,
    prediction: names[key % names.length] as string,
    count,
  }));
}

/** Whether label and prediction of each row are the same: 1, 0, or -1 where one is missing. */
export function hitsOf(frame: Frame, roles: Roles): Int8Array {
  const [label, prediction] = [columnOf(frame, roles.label), columnOf(frame, roles.prediction)];
  if (!label || !prediction) return new Int8Array(frame.rows).fill(-1);
  const [y, z] = commonClasses([label, prediction]).codes as readonly [Int32Array, Int32Array];
  return Int8Array.from(y, (code, row) => (code < 0 || (z[row] as number) < 0 ? -1 : Number(code === z[row])));
}
