/** `evaluate` tells how fresh rows are, how long labels took, and which labels have no prediction, from two files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../../src/run/command-line.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-supply-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ROWS = [
  'at,came,x,p,said,y',
  '2026-05-01T00:00:00Z,2026-05-01T01:00:00Z,1,0.2,0,0',
  '2026-05-01T06:00:00Z,2026-05-01T09:00:00Z,2,0.4,0,1',
  '2026-05-01T12:00:00Z,,3,0.6,1,',
  '2026-05-01T18:00:00Z,2026-05-01T20:00:00Z,4,0.8,,1',
].join('\n');

async function evaluate(columns: object): Promise<{ status: number; out: string; err: string }> {
  const path = (name: string): string => join(folder, name);
  for (const name of ['reference.csv', 'current.csv']) writeFileSync(path(name), ROWS);
  const known = { numeric: ['x'], score: 'p', prediction: 'said', label: 'y', positive: 1, timestamp: 'at' };
  writeFileSync(path('columns.json'), JSON.stringify({ ...known, ...columns }));
  let [out, err] = ['', ''];
  const files = ['reference', 'current'].flatMap((name) => [`--${name}`, path(`${name}.csv`)]);
  const status = await runCommandLine(['evaluate', ...files, '--columns', path('columns.json'), '--json'], {
    env: {},
    out: (text) => (out += text),
    err: (text) => (err += text),
  });
  return { status, out, err };
}

describe('from files', () => {
  test('freshness counts from the window’s end that the columns file tells', async () => {
    const { status, out } = await evaluate({ arrived: 'came', window_end: '2026-05-02' });
    expect(status).toBe(0);
    const { figures } = JSON.parse(out) as { figures: { id: string; value: unknown; n: number }[] };
    const told = (id: string): unknown => figures.find((figure) => figure.id === id)?.value;
    expect(told('quality/current/freshness')).toBe(6 * 3600);
    // Delays of 1, 3 and 2 hours.
    expect(told('performance/current/label_delay_p50')).toBe(2 * 3600);
    expect(told('quality/current/orphan_share')).toBeCloseTo(1 / 3, 12);
    expect(told('quality/current/stuck_share')).toBe(0);
    expect(told('performance/both/accuracy_change_mix')).toBe(0);
    expect(told('performance/both/accuracy_change_concept')).toBe(0);
  });

  test('freshness has no value without it, and delays none without a column of arrivals', async () => {
    const { out } = await evaluate({});
    expect(out).toContain('the end of the window is not known');
    expect(out).not.toContain('label_delay');
  });

  test('an end that is no time is a fault of the columns file', async () => {
    const { status, out } = await evaluate({ window_end: 'soon' });
    expect(status).toBe(2);
    expect(out).toContain('window_end: it is no time');
  });
});
