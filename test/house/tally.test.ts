import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const script = resolve(import.meta.dirname, '../../.ci/tally.mjs');
const file = (status: string, statuses: readonly string[], message = ''): object => ({
  name: 'a.test.ts',
  status,
  message,
  assertionResults: statuses.map((one, at) => ({ status: one, fullName: `promise ${String(at)}` })),
});

const CASES: readonly (readonly [string, object, string, number])[] = [
  ['all pass', { success: true, testResults: [file('passed', ['passed', 'passed'])] }, '2 passed, 0 failed', 0],
  ['one fails', { success: false, testResults: [file('failed', ['passed', 'failed'])] }, '1 passed, 1 failed', 1],
  ['one is skipped', { success: true, testResults: [file('passed', ['passed', 'skipped'])] }, '1 passed, 1 failed', 1],
  [
    'one is left for later',
    { success: true, testResults: [file('passed', ['passed', 'todo'])] },
    '1 passed, 1 failed',
    1,
  ],
  ['one is pending', { success: true, testResults: [file('passed', ['pending'])] }, '0 passed, 1 failed', 1],
  [
    'a file cannot be loaded',
    { success: false, testResults: [file('passed', ['passed']), file('failed', [], 'SyntaxError')] },
    '1 passed, 1 failed',
    1,
  ],
  [
    'a hook fails while the tests are skipped by it',
    { success: false, testResults: [file('failed', ['skipped', 'skipped'], 'no server')] },
    '0 passed, 3 failed',
    1,
  ],
  ['nothing ran', { success: true, testResults: [] }, '0 passed, 1 failed', 1],
  [
    'an error outside the tests failed the run',
    { success: false, testResults: [file('passed', ['passed'])] },
    '1 passed, 1 failed',
    1,
  ],
];

describe('the closing line of the checks', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'plumbline-tally-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const close = (path: string): { lines: readonly string[]; status: number | null } => {
    const { stdout, status } = spawnSync(process.execPath, [script, path], { encoding: 'utf8' });
    return { lines: stdout.trimEnd().split('\n'), status };
  };

  test.each(CASES)('when %s', (_, result, line, status) => {
    const path = join(folder, 'result.json');
    writeFileSync(path, JSON.stringify(result));
    const closed = close(path);
    expect(closed.lines.at(-1)).toBe(line);
    expect(closed.lines.filter((one) => /^\d+ passed, \d+ failed$/.test(one))).toHaveLength(1);
    expect(closed.status).toBe(status);
  });

  test('when the tests never came to an end', () => {
    const closed = close(join(folder, 'missing.json'));
    expect(closed.lines.at(-1)).toBe('0 passed, 1 failed');
    expect(closed.status).toBe(1);
  });
});
