/** Frames with labels whose errors are drawn: everywhere alike, or more often in one slice. */
import type { Frame } from '../../../src/model/frame.js';
import { drawNormal, randomFrom } from '../../../src/numeric/random.js';
import { frameOf, numbers, texts } from '../frames.js';

const JOBS = ['admin', 'services', 'student', 'retired', 'manager'];

export interface Drawn {
  readonly age: number;
  readonly job: string;
}

/** Binary labels and predictions; `errorOf` is the chance that a row's prediction is wrong. */
export function drawnFrame(seed: number, rows: number, errorOf: (row: Drawn) => number): Frame {
  const random = randomFrom(seed);
  const drawn = Array.from({ length: rows }, () => ({
    age: 18 + Math.floor(60 * random.uniform()),
    job: JOBS[random.below(JOBS.length)] as string,
    balance: drawNormal(random),
    label: random.below(2),
  }));
  const wrong = drawn.map((row) => random.uniform() < errorOf(row));
  return frameOf([
    numbers(
      'age',
      drawn.map(({ age }) => age),
    ),
    numbers(
      'balance',
      drawn.map(({ balance }) => balance),
    ),
    texts(
      'job',
      drawn.map(({ job }) => job),
    ),
    texts(
      'label',
      drawn.map(({ label }) => String(label)),
    ),
    texts(
      'prediction',
      drawn.map(({ label }, row) => String(wrong[row] === true ? 1 - label : label)),
    ),
  ]);
}
