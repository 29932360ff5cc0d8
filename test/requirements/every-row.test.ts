/** Every numbered row has its line in the documents and its test, so that none is lost by a rename. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

function numbered(letter: string, from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, at) => `${letter}${String(from + at)}`);
}

const ROWS = [...numbered('R', 9, 57), ...numbered('W', 1, 11)];

const filesOf = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name}`);

/** File → the numbers that titles of its tests or groups of tests begin with. */
const titled = new Map(
  [...filesOf('test/requirements'), ...filesOf('test/mysql')].map((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    return [path, new Set([...text.matchAll(/\(\s*['"`]([RW]\d+): /g)].map((match) => match[1] ?? ''))] as const;
  }),
);

/** Lines of the tables: number, and the files that its last cell names; `same` is that of the line before. */
function documented(): ReadonlyMap<string, readonly string[]> {
  const rows = new Map<string, readonly string[]>();
  let before: readonly string[] = [];
  for (const line of readFileSync(join(ROOT, 'docs/requirements.md'), 'utf8').split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, id = ''] = cells;
    if (!/^[RW]\d+$/.test(id)) continue;
    const last = cells.at(-2) ?? '';
    const named = [...last.matchAll(/`(test\/[^`]+)`/g)].map((match) => match[1] ?? '');
    const files = last.startsWith('same') ? [...before.slice(0, 1), ...named] : named;
    rows.set(id, files);
    before = files;
  }
  return rows;
}

const lines = documented();

test('the documents have a line for each row, and for no other', () => {
  expect([...lines.keys()]).toEqual(ROWS);
});

test.each(ROWS)('%s is tested where its line says', (id) => {
  const files = lines.get(id) ?? [];
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((path) => titled.get(path)?.has(id) !== true)).toEqual([]);
});
