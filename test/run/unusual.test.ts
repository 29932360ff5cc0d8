/** The figures of the newest window against their own history, by command. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { insertFigures } from '../../src/io/mysql/figures.js';
import type { Figure } from '../../src/model/figure.js';
import { storeEvaluation } from '../mysql/judged.js';
import { DAY } from '../mysql/reading.js';
import { bankYaml, startCommandLine, type CommandLine } from './command-line.js';

const DAY_MS = 86_400_000;

let cli: CommandLine;

beforeAll(async () => {
  cli = await startCommandLine(inject('stack'));
  await cli.run('apply', cli.file('bank.yaml', bankYaml(cli.model)), '--by', 'ana');
});
afterAll(() => cli.end());

const figure = (metric: string, value: number, more: object = {}): Figure => ({
  ...{ id: `quality/current/age/${metric}`, family: 'quality', metric, on: 'current', column: 'age', n: 120, value },
  ...more,
});

async function storeDay(day: number, figures: readonly Figure[]): Promise<void> {
  const window = { from: DAY.from + day * DAY_MS, to: DAY.to + day * DAY_MS };
  const { id } = await storeEvaluation(cli.database.pool, cli.model, { window });
  await insertFigures(cli.database.pool, id, figures);
}

test('a model that was never judged has nothing to hold', async () => {
  const { status, err } = await cli.run('unusual', cli.model);
  expect([status, err]).toEqual([2, expect.stringContaining('has not been judged yet')]);
});

test('what fell out is named with what was usual, the rest is counted', async () => {
  for (let day = 0; day < 10; day += 1) {
    const ordinary = [figure('mean', 40 + (day % 4) / 10), figure('missing_share', 0.01)];
    await storeDay(day, [...ordinary, figure('std', 1, { group: 'f', attribute: 'sex', id: 'group' })]);
  }
  await storeDay(10, [figure('mean', 55), figure('missing_share', 0.4), figure('max', 90)]);
  const { status, out } = await cli.run('unusual', cli.model);
  expect(status).toBe(0);
  expect(out).toContain('1 of 1 figures of');
  expect(out).toContain('2 have no history to tell by');
  expect(out).toMatch(/quality\/current\/age\/mean\s+55\s+39\.\S+ … 40\.\S+\s+\d/);
  const { data } = await cli.json('unusual', cli.model, '--all', '--method', 'z');
  expect(data).toMatchObject({
    ...{ model: cli.model, version: 'v1', method: 'z' },
    figures: [
      { figure: 'quality/current/age/mean', value: 55, windows: 10, reason: null },
      { figure: 'quality/current/age/missing_share', deviation: null, reason: 'the history does not vary' },
      { figure: 'quality/current/age/max', deviation: null, reason: 'fewer than 8 earlier values' },
    ],
  });
});

test('a method that is none is wrong use', async () => {
  const { status, err } = await cli.run('unusual', cli.model, '--method', 'magic');
  expect([status, err]).toEqual([2, expect.stringContaining('--method takes mad, iqr, z')]);
});
