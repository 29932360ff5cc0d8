/** Large tables are read by a thread, which only the compiled product can start. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileInto } from '../../end-to-end/compiled.js';

const checkout = resolve(import.meta.dirname, '../../..');
let folder = '';
beforeAll(() => {
  const home = join(checkout, '.plumbline', 'test');
  mkdirSync(home, { recursive: true });
  folder = mkdtempSync(join(home, 'evaluate-large-'));
  compileInto(join(folder, 'compiled'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const COLUMNS = {
  numeric: ['x', 'y'],
  categorical: ['c'],
  prediction: 'guess',
  score: 'score',
  label: 'label',
  positive: '1',
};

/** Above the size from which a thread is worth its start, and below it when packed. */
function largeTable(shift: number): string {
  const padding = '0'.repeat(60);
  const rows = Array.from({ length: 90_000 }, (_, row) => {
    const score = ((row * 7 + shift) % 20) / 20;
    const label = (row * 7) % 20 > 6 + (row % 7) ? 1 : 0;
    return `${String(Math.sin(row + shift))},${String(row % 50)},k${String(row % 9)},${score > 0.5 ? '1' : '0'},${String(score)},${String(label)},${padding}`;
  });
  return `x,y,c,guess,score,label,other\n${rows.join('\n')}\n`;
}

function evaluate(reference: string, current: string) {
  const path = (name: string): string => join(folder, name);
  writeFileSync(path('columns.json'), JSON.stringify(COLUMNS));
  const files = ['--reference', path(reference), '--current', path(current), '--columns', path('columns.json')];
  const program = join(folder, 'compiled', 'src', 'run', 'cli.js');
  return spawnSync(process.execPath, [program, 'evaluate', ...files, '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
}

describe('large tables', () => {
  test('have the figures that they have when one thread reads both', () => {
    const tables = { 'ref.csv': largeTable(0), 'cur.csv': largeTable(3) };
    for (const [name, text] of Object.entries(tables)) {
      expect(text.length).toBeGreaterThan(8 * 2 ** 20);
      writeFileSync(join(folder, name), text);
      writeFileSync(join(folder, `${name}.gz`), gzipSync(text));
    }
    const [large, packed] = [evaluate('ref.csv', 'cur.csv'), evaluate('ref.csv.gz', 'cur.csv.gz')];
    expect([large.status, large.stderr]).toEqual([0, '']);
    expect(large.stdout.length).toBeGreaterThan(10_000);
    expect(large.stdout).toBe(packed.stdout);
  });

  test('tell what is wrong with both', () => {
    writeFileSync(join(folder, 'ragged.csv'), `${largeTable(0)}1,2\n`);
    writeFileSync(join(folder, 'torn.csv'), `${largeTable(1)}1,2,"`);
    const { status, stdout } = evaluate('ragged.csv', 'torn.csv');
    expect(status).toBe(2);
    const { error } = JSON.parse(stdout) as { error: { detail: { faults: readonly string[] } } };
    expect(error.detail.faults.map((fault) => fault.slice(folder.length + 1))).toEqual([
      'ragged.csv: line 90002, column 3: 2 cells where the header has 7',
      'torn.csv: line 90002, column 3: the quote that opens this cell is never closed',
    ]);
  });
});
