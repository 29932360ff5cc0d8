import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Figure } from '../../src/model/figure.js';
import { runCommandLine } from '../../src/run/command-line.js';
import { addCase, type Comparison } from './tally.js';
import { hasModel, listCases, readCaseFile, readExpected } from './read-case.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-evaluate-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function evaluate(name: string): Promise<readonly Figure[]> {
  const path = (file: string): string => join(folder, file);
  const model = hasModel(name) ? ['model.json'] : [];
  for (const file of ['reference.csv', 'current.csv', 'expected.json', ...model]) {
    writeFileSync(path(file), readCaseFile(name, file));
  }
  let out = '';
  const files = ['--reference', path('reference.csv'), '--current', path('current.csv')];
  const more = ['--columns', path('expected.json'), ...model.flatMap((file) => ['--model', path(file)])];
  const status = await runCommandLine(['evaluate', ...files, ...more, '--all', '--json'], {
    env: {},
    out: (text) => (out += text),
    err: (text) => (out += text),
  });
  expect(status).toBe(0);
  return (JSON.parse(out) as { figures: readonly Figure[] }).figures;
}

const total: Comparison = { families: new Map(), faults: [] };
describe('the command gives every figure of every golden case', () => {
  test.each(listCases())('%s', async (name) => {
    const expected = readExpected(name).figures;
    const figures = await evaluate(name);
    expect(new Set(figures.map(({ id }) => id)).size).toBe(figures.length);
    const here: Comparison = { families: new Map(), faults: [] };
    addCase(here, name, expected, figures);
    addCase(total, name, expected, figures);
    expect(here.faults).toEqual([]);
  });

  test('and as many as the set announces', () => {
    const counts = Object.fromEntries(
      [...total.families].map(([family, { compared, within, missing }]) => [family, [compared, within, missing]]),
    );
    expect(counts).toEqual({
      quality: [6486, 6486, 0],
      drift: [7405, 7405, 0],
      performance: [1563, 1563, 0],
      fairness: [4861, 4861, 0],
      estimate: [495, 495, 0],
      anomaly: [98, 98, 0],
      explain: [78, 78, 0],
    });
  });
});
