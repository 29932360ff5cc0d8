/** Files as nobody wants them: each gives figures, or reasons, or an error with its place; never a crash or a wrong number. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../../src/run/command-line.js';

const folder = mkdtempSync(join(tmpdir(), 'plumbline-hostile-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

type Content = string | Uint8Array;

async function evaluate(reference: Content, current: Content, columns: unknown, ...more: string[]): Promise<Ended> {
  const path = (name: string): string => join(folder, name);
  writeFileSync(path('ref.csv'), reference);
  writeFileSync(path('cur.csv'), current);
  writeFileSync(path('columns.json'), JSON.stringify(columns));
  let [out, err] = ['', ''];
  const files = ['--reference', path('ref.csv'), '--current', path('cur.csv'), '--columns', path('columns.json')];
  const status = await runCommandLine(['evaluate', ...files, '--json', ...more], {
    env: {},
    out: (text) => (out += text),
    err: (text) => (err += text),
  });
  return { status, out, err };
}

interface Printed {
  readonly id: string;
  readonly n: unknown;
  readonly value: unknown;
  readonly reason?: unknown;
  readonly interval?: unknown;
}

/** JSON writes what is no finite number as null, so a null inside a value or an interval was one. */
const isWhole = (value: unknown): boolean =>
  Array.isArray(value) ? value.every(isWhole) : value !== null && value !== undefined;

function faultsOf({ id, n, value, reason, interval }: Printed): string[] {
  const faults: string[] = [];
  if (typeof n !== 'number' || !(n >= 0)) faults.push('n is no count');
  if (value === null && (typeof reason !== 'string' || reason === '')) faults.push('no value and no reason');
  if (value !== null && !isWhole(value)) faults.push('a value that is no number');
  if (value !== null && reason !== undefined) faults.push('a value and a reason');
  if (interval !== undefined && !(isWhole(interval) && (interval as number[])[0]! <= (interval as number[])[1]!))
    faults.push('an interval without ends in order');
  return faults.map((fault) => `${id}: ${fault} (${JSON.stringify({ value, interval, n })})`);
}

function figuresOf({ status, out, err }: Ended): readonly Printed[] {
  expect([status, status === 0 ? '' : out, err]).toEqual([0, '', '']);
  const { figures } = JSON.parse(out) as { figures: readonly Printed[] };
  const ids = figures.map(({ id }) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  expect(figures.flatMap(faultsOf)).toEqual([]);
  return figures;
}

const ROWS = 30;
type Cell = (row: number) => string | number;
type Table = Readonly<Record<string, Cell>>;

const quoted = (cell: string | number): string => {
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

function csv(table: Table, rows: number): string {
  const lines = Array.from({ length: rows }, (_, row) => Object.values(table).map((cell) => quoted(cell(row))));
  return [Object.keys(table).map(quoted), ...lines].map((cells) => `${cells.join(',')}\n`).join('');
}

const scoreOf: Cell = (row) => ((row * 7) % 20) / 20 + 0.01;
const common: Table = {
  x: (row) => 20 + ((row * 5) % 9),
  y: (row) => Math.sin(row) * 10,
  c: (row) => ['Oslo', 'Rome', 'Bonn'][row % 3] as string,
  sex: (row) => ['f', 'm'][row % 2] as string,
  ms: (row) => 10 + (row % 4),
  err: (row) => (row % 11 === 0 ? 'E1' : ''),
  at: (row) => `2026-01-01 00:00:${String(row % 60).padStart(2, '0')}`,
};
const shared = {
  ...{ numeric: ['x', 'y'], categorical: ['c'], prediction: 'guess', label: 'label', sensitive: ['sex'] },
  ...{ latency: 'ms', error: 'err', timestamp: 'at' },
};

const TASKS = {
  binary: {
    columns: { ...shared, score: 'score', positive: '1' },
    table: {
      ...common,
      guess: (row) => Number(Number(scoreOf(row)) > 0.5),
      score: scoreOf,
      label: (row) => Number((row * 7) % 20 > 6 + (row % 7)),
    },
  },
  multiclass: {
    columns: { ...shared, classes: ['a', 'b', 'z'], scores: { a: 'pa', b: 'score', z: 'pz' } },
    table: {
      ...common,
      guess: (row) => ['a', 'b', 'z'][row % 3] as string,
      pa: (row) => (1 - Number(scoreOf(row))) / 2,
      score: scoreOf,
      pz: (row) => (1 - Number(scoreOf(row))) / 2,
      label: (row) => ['a', 'b', 'z'][(row * row) % 3] as string,
    },
  },
  regression: {
    columns: { ...shared, label_type: 'number' },
    table: { ...common, guess: (row) => row / 3, label: (row) => row / 3 + Math.cos(row) },
  },
} as const satisfies Record<string, { readonly columns: unknown; readonly table: Table }>;

type Task = keyof typeof TASKS;
const tasks = Object.keys(TASKS) as Task[];

/** The same cell in each of the columns. */
const all = (names: readonly string[], cell: Cell): Table => Object.fromEntries(names.map((name) => [name, cell]));
const FEATURES = ['x', 'y', 'c'];
const NUMBERS = ['x', 'y', 'ms'];
const ODD = [
  'é',
  'e\u0301',
  '🙂',
  'עברית',
  '\u200b',
  'a/b',
  'a|b',
  'a,"b"',
  'two\nlines',
  '__proto__',
  'constructor',
  ' ',
];

interface Hostile {
  readonly change: Table;
  /** Where the change is; both periods unless given. */
  readonly only?: 'reference' | 'current';
  readonly rows?: number;
}

const HOSTILE: Readonly<Record<string, Hostile>> = {
  'a header alone': { change: {}, rows: 0 },
  'a header alone as the reference': { change: {}, rows: 0, only: 'reference' },
  'a header alone as the current period': { change: {}, rows: 0, only: 'current' },
  'one row': { change: {}, rows: 1 },
  'one row against many': { change: {}, rows: 1, only: 'current' },
  'two rows': { change: {}, rows: 2 },
  'one class among the labels': { change: { label: () => '1' } },
  'one class among the predictions': { change: { guess: () => '1' } },
  'labels that the reference does not have': { change: { label: () => 'new' }, only: 'current' },
  'no label at all': { change: { label: () => '' } },
  'no label in the current period': { change: { label: () => '' }, only: 'current' },
  'one label alone': { change: { label: (row) => (row === 3 ? '1' : '') } },
  'no feature at all': { change: all(FEATURES, () => '') },
  'features that are all nan': { change: all(['x', 'y'], () => 'nan') },
  'features that are missing in one period': { change: all(FEATURES, () => ''), only: 'current' },
  'nothing but missing cells': {
    change: all([...FEATURES, 'sex', 'ms', 'err', 'at', 'guess', 'score', 'label'], () => ''),
  },
  'constant features': { change: all(FEATURES, () => 7) },
  'another constant': { change: all(FEATURES, () => 8), only: 'current' },
  'ties everywhere': { change: { ...all(['x', 'y', 'ms', 'score'], (row) => row % 2), c: () => 'k' } },
  'numbers near the largest': { change: all(NUMBERS, (row) => (row % 2 ? '1e308' : '-1.7e308')) },
  'numbers near the largest in one period': {
    change: all(NUMBERS, (row) => (row % 2 ? '1e308' : '-1.7e308')),
    only: 'current',
  },
  'errors that overflow': { change: { label: () => '1e308', guess: () => '-1e308' } },
  'both zeros': { change: all(NUMBERS, (row) => (row % 2 ? '-0' : '0')) },
  'numbers near zero': { change: all(NUMBERS, (row) => (row % 2 ? '5e-324' : '-2e-310')) },
  'infinite numbers': { change: all(NUMBERS, (row) => ['inf', '-inf', '1'][row % 3] as string) },
  'nothing but infinite numbers': { change: all(NUMBERS, () => 'inf') },
  'texts among numbers': { change: all(NUMBERS, (row) => (row % 2 ? 'oops' : row)) },
  'nothing but texts for numbers': { change: all([...NUMBERS, 'at'], () => 'oops') },
  'numbers with seventeen digits of one offset': { change: all(NUMBERS, (row) => 1e15 + row / 8) },
  'scores of exactly 0 and 1': { change: { score: (row) => row % 2 } },
  'scores outside [0, 1]': { change: { score: (row) => row - 10 } },
  'scores outside [0, 1] in one period': { change: { score: (row) => row - 10 }, only: 'current' },
  'scores that are all the same': { change: { score: () => 0.5 } },
  'infinite scores': { change: { score: (row) => (row % 3 ? 0.5 : 'inf') } },
  'missing scores': { change: { score: () => '' } },
  'categories never seen': { change: { c: (row) => `new ${String(row % 4)}`, sex: () => 'x' }, only: 'current' },
  'odd categories': {
    change: all(['c', 'sex', 'err'], (row) => ODD[row % ODD.length] as string),
  },
  'a category in each row': { change: all(['c', 'sex', 'err'], (row) => `level ${String(row)}`) },
  'no group at all': { change: { sex: () => '' } },
  'latencies below zero': { change: { ms: () => -5 } },
  'times that all are the same': { change: { at: () => '2026-01-01' } },
};

describe.each(tasks)('every figure of a %s model', (task) => {
  test.each(Object.entries(HOSTILE))('of %s', async (_, { change, only, rows = ROWS }) => {
    const { columns, table } = TASKS[task];
    const there = Object.fromEntries(Object.entries(change).filter(([name]) => name in table));
    const hostile = csv({ ...table, ...there }, rows);
    const plain = csv(table, ROWS);
    const reference = only === 'current' ? plain : hostile;
    figuresOf(await evaluate(reference, only === 'reference' ? plain : hostile, columns, '--all'));
  });

  test('of columns with odd names', async () => {
    const { table, columns } = TASKS[task];
    const names = ['a/b', '__proto__', 'constructor', 'toString', 'é,"x"', '🙂'];
    const odd = Object.fromEntries(names.map((name, at) => [name, (row: number) => (row * (at + 2)) % 7] as const));
    const text = csv({ ...table, ...odd }, ROWS).replaceAll('\n', '\r\n');
    const figures = figuresOf(await evaluate(text, `\uFEFF${text}`, { ...columns, numeric: names }, '--all'));
    for (const name of names) expect(figures.some(({ id }) => id === `drift/${name}/ks_statistic`)).toBe(true);
  });
});

describe('what is asked for by name is what --all gives under that name', () => {
  test.each(tasks)('%s', async (task) => {
    const { columns, table } = TASKS[task];
    const [reference, current] = [csv(table, 60), csv({ ...table, y: (row) => Math.sin(row) * 12 }, 40)];
    const whole = figuresOf(await evaluate(reference, current, columns, '--all'));
    const names = ['mean', 'pearson', 'pearson_change', 'mmd_squared', 'duplicate_rows', 'ks_statistic', 'stuck_share'];
    for (const name of [...names, 'accuracy', 'mae', 'requests', 'domain_classifier_auc_logistic']) {
      const wanted = whole.filter(
        ({ id }) => id.split('/').some((part) => part === name) && !id.startsWith('estimate/'),
      );
      const given = figuresOf(await evaluate(reference, current, columns, '--metrics', name));
      expect(given.filter(({ id }) => !id.startsWith('estimate/'))).toEqual(expect.arrayContaining(wanted));
    }
  });
});

test.each(tasks)('default figures of a %s model do not depend on whether all rows are kept', async (task) => {
  const { columns, table } = TASKS[task];
  const [reference, current] = [csv(table, 60), csv({ ...table, score: () => 0.5 }, 40)];
  const byDefault = figuresOf(await evaluate(reference, current, columns));
  const whole = new Map(figuresOf(await evaluate(reference, current, columns, '--all')).map((one) => [one.id, one]));
  expect(byDefault.length).toBeGreaterThan(100);
  expect(byDefault.filter((one) => JSON.stringify(whole.get(one.id)) !== JSON.stringify(one))).toEqual([]);
});

describe('any bytes as a table give figures or an error that names the file', () => {
  const { columns, table } = TASKS.binary;
  const plain = new TextEncoder().encode(csv(table, 12));

  async function expectAnswer(bytes: Uint8Array, asked: unknown): Promise<void> {
    const ended = await evaluate(plain, bytes, asked);
    if (ended.status === 0) {
      figuresOf(ended);
      return;
    }
    expect(ended.status).toBe(2);
    expect(JSON.parse(ended.out)).toMatchObject({
      error: { message: expect.stringMatching(/^\S*cur\.csv: /) as string },
    });
  }

  test('a table with bytes changed', async () => {
    const damage = fc.array(fc.tuple(fc.nat({ max: plain.length - 1 }), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const bytes = Uint8Array.from(plain);
        for (const [at, byte] of changes) bytes[at] = byte;
        await expectAnswer(bytes, columns);
      }),
      { numRuns: 60 },
    );
  });

  test('bytes of any kind below a header', async () => {
    const header = new TextEncoder().encode('x,c\n');
    const piece = fc.constantFrom('1', '-', '.', 'e', ',', ',', '"', '\n', '\r', '\0', ' ', 'a', ';', 'é');
    const text = fc.array(piece, { maxLength: 40 }).map((pieces) => new TextEncoder().encode(pieces.join('')));
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 60 }), text);
    await fc.assert(
      fc.asyncProperty(bytes, async (body) => {
        await expectAnswer(Uint8Array.from([...header, ...body]), { numeric: ['x'], categorical: ['c'] });
      }),
      { numRuns: 200 },
    );
  });
});
