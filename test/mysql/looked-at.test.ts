/** When an earlier window is looked at again: by its age, by its last look, by the deadline of its labels. */
import { describe, expect, it } from 'vitest';
import type { NewEvaluation } from '../../src/io/mysql/evaluations.js';
import { recordLook, windowsToLookAt, type Looking } from '../../src/io/mysql/looked-at.js';
import { storeEvaluation } from './judged.js';
import { DAY } from './reading.js';
import { onEachServer } from './servers.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Case {
  readonly title: string;
  /** Ages of the window when it was judged, when it was last looked at, and now: days. */
  readonly judged?: number;
  readonly looked?: number;
  readonly now: number;
  readonly deadline?: number;
  readonly state?: NewEvaluation['state'];
  readonly looking?: Partial<Looking>;
  readonly due: boolean;
}

const CASES: readonly Case[] = [
  { title: 'is not looked at while it is younger than it is long', now: 0.99, due: false },
  { title: 'is looked at when it is as old as it is long', now: 1, due: true },
  { title: 'is not looked at again before it is four times as old', looked: 1, now: 3.99, due: false },
  { title: 'is looked at again when it is four times as old', looked: 1, now: 4, due: true },
  { title: 'that was judged again is as if it were looked at', judged: 5, now: 19.9, due: false },
  { title: 'that was judged again is looked at when it is four times as old', judged: 5, now: 20, due: true },
  { title: 'is looked at when the deadline of labels has passed', looked: 1, now: 2, deadline: 2, due: true },
  { title: 'is not looked at before that deadline', looked: 1, now: 1.99, deadline: 2, due: false },
  { title: 'is looked at once for that deadline', looked: 2, now: 3, deadline: 2, due: false },
  { title: 'that is provisional waits for its labels', now: 9, state: 'provisional', due: false },
  { title: 'whose rows were removed in part is not looked at', now: 9, looking: { from: DAY.from + 1 }, due: false },
  { title: 'whose rows are all there is looked at', now: 9, looking: { from: DAY.from }, due: true },
  { title: 'that is too old stays as it is', now: 9, looking: { after: DAY.to + 1 }, due: false },
  { title: 'that is the own one of the cycle is not looked at', now: 9, looking: { before: DAY.to }, due: false },
];

onEachServer((database) => {
  describe('a window', () => {
    it.each(CASES.map((one, at) => ({ ...one, model: `look-${String(at)}` })))(
      '$title',
      async ({ model, judged = 0, looked, now, deadline, state = 'final', looking, due }) => {
        const { pool } = database();
        const at = (days: number): number => DAY.to + days * DAY_MS;
        const { id } = await storeEvaluation(pool, model, {
          ...{ state, scheduledAt: at(judged), rows: 7, intake: { labelled: 5 }, sourceState: 'as judged' },
        });
        if (looked !== undefined) await recordLook(pool, id, at(looked), 'as looked at');
        const found = await windowsToLookAt(pool, model, {
          ...{ now: at(now), after: DAY.to, before: DAY.to + 1, from: 0, most: 8 },
          deadlineMs: deadline === undefined ? null : deadline * DAY_MS,
          ...looking,
        });
        const sourceState = looked === undefined ? 'as judged' : 'as looked at';
        expect(found).toEqual(due ? [{ evaluation: id, window: DAY, rows: 7, labelled: 5, sourceState }] : []);
      },
    );

    it('of the newest comes first, no more of them than were asked for', async () => {
      const { pool } = database();
      const windows = [0, 1, 2, 3].map((day) => ({ from: DAY.from + day * DAY_MS, to: DAY.to + day * DAY_MS }));
      for (const window of windows) await storeEvaluation(pool, 'several', { window, scheduledAt: window.to });
      const found = await windowsToLookAt(pool, 'several', {
        ...{ now: DAY.to + 9 * DAY_MS, after: 0, before: DAY.to + 9 * DAY_MS, from: 0, deadlineMs: null, most: 2 },
      });
      expect(found.map(({ window }) => window)).toEqual([windows[3], windows[2]]);
    });
  });
});
