import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
}
interface Rules {
  readonly forbidden: readonly { readonly name: string }[];
}

const checkout = resolve(import.meta.dirname, '../..');
// Inside the checkout, so that packages resolve as they do for the real files.
const tree = join(checkout, '.plumbline', 'test', `structure-${String(process.pid)}`);
const ARROWS = '.dependency-cruiser.cjs';
const REACH = '.dependency-cruiser.reach.cjs';

/** A small house that keeps every rule; the guilty files below are put into it. */
const INNOCENT: Readonly<Record<string, string>> = {
  'src/numeric/sum.ts': `export const sum = (a: number, b: number): number => a + b;`,
  'src/model/word.ts': `import { z } from 'zod';\nexport const word = z.string();\nexport interface Word { readonly text: string }`,
  'src/profile/count.ts': `import { sum } from '../numeric/sum.js';\nexport const count = sum(1, 2);`,
  'src/metrics/rate.ts': `import { count } from '../profile/count.js';\nexport const rate = count;`,
  'src/drift/gap.ts': `import { count } from '../profile/count.js';\nexport const gap = count;`,
  'src/fairness/by-group.ts': `import { rate } from '../metrics/rate.js';\nexport const byGroup = rate;`,
  'src/rules/limit.ts': `import { rate } from '../metrics/rate.js';\nexport const limit = rate;`,
  'src/alerts/state.ts': `import { limit } from '../rules/limit.js';\nexport const state = limit;`,
  'src/incident/story.ts': `import { state } from '../alerts/state.js';\nexport const story = state;`,
  'src/response/policy.ts': `import { story } from '../incident/story.js';\nexport const policy = story;`,
  'src/io/mysql/pool.ts': `import { createPool } from 'mysql2';\nimport { count } from '../../profile/count.js';\nexport const pool = createPool;\nexport const known = count;`,
  'src/run/worker.ts': `import { pool } from '../io/mysql/pool.js';\nimport { activities } from '../../activities/create.js';\nexport const worker = [pool, activities];`,
  'activities/contract.ts': `import type { known } from '../src/io/mysql/pool.js';\nexport interface Activities { readonly count: typeof known }`,
  'activities/create.ts': `import { Context } from '@temporalio/activity';\nimport { pool } from '../src/io/mysql/pool.js';\nexport const activities = [Context, pool];`,
  'workflows/cycle.ts': `import { proxyActivities } from '@temporalio/workflow';\nimport type { Activities } from '../activities/contract.js';\nimport { state } from '../src/alerts/state.js';\nexport const cycle = [proxyActivities<Activities>, state];`,
  'client/client.ts': `import { row } from './rows.js';\nexport const client = row;`,
  'client/rows.ts': `export const row = 1;`,
  'test/unit/cycle.test.ts': `import { cycle } from '../../workflows/cycle.js';\nimport { worker } from '../../src/run/worker.js';\nexport const seen = [cycle, worker];`,
};

interface Case {
  readonly breaks: string;
  readonly rule: string;
  readonly file: string;
  readonly text: string;
  readonly config?: string;
  /** Other files that the case needs. */
  readonly with?: Readonly<Record<string, string>>;
}

const imports = (...lines: string[]): string =>
  lines
    .map((from, at) => `import * as m${String(at)} from '${from}';\nexport const x${String(at)} = m${String(at)};`)
    .join('\n');
const importsType = (name: string, from: string): string =>
  `import type { ${name} } from '${from}';\nexport type X = ${name};`;

/** Each room with one room that it must not see. */
const BACKWARDS: readonly (readonly [string, string])[] = [
  ['numeric', 'profile/count'],
  ['model', 'numeric/sum'],
  ['profile', 'metrics/rate'],
  ['quality', 'metrics/rate'],
  ['drift', 'fairness/by-group'],
  ['metrics', 'drift/gap'],
  ['fairness', 'drift/gap'],
  ['runtime', 'rules/limit'],
  ['estimation', 'drift/gap'],
  ['anomaly', 'metrics/rate'],
  ['explain', 'metrics/rate'],
  ['segments', 'drift/gap'],
  ['security', 'metrics/rate'],
  ['measure', 'rules/limit'],
  ['privacy', 'rules/limit'],
  ['rules', 'alerts/state'],
  ['alerts', 'incident/story'],
  ['incident', 'response/policy'],
];

const CASES: readonly Case[] = [
  ...BACKWARDS.map(([room, target]) => ({
    breaks: `src/${room} looks to src/${target}`,
    rule: `line-${room}`,
    file: `src/${room}/backwards.ts`,
    text: imports(`../${target}.js`),
  })),
  {
    breaks: 'the line is broken by a type only',
    rule: 'line-rules',
    file: 'src/rules/backwards-type.ts',
    text: importsType('state', '../alerts/state.js'),
  },
  {
    breaks: 'two files need each other',
    rule: 'no-cycles',
    file: 'src/drift/egg.ts',
    text: imports('./hen.js'),
    with: { 'src/drift/hen.ts': imports('./egg.js') },
  },
  {
    breaks: 'a file that nobody knows',
    rule: 'no-orphans',
    file: 'src/drift/lonely.ts',
    text: `export const lonely = 1;`,
  },
  {
    breaks: 'an import leads nowhere',
    rule: 'no-unresolved',
    file: 'src/drift/lost.ts',
    text: imports('./nowhere.js'),
  },
  {
    breaks: 'a room outside the line imports',
    rule: 'rooms-are-known',
    file: 'src/helpers/drawer.ts',
    text: imports('../numeric/sum.js'),
  },
  {
    breaks: 'a room outside the line is imported',
    rule: 'rooms-are-known-to',
    file: 'src/drift/opens-a-drawer.ts',
    text: imports('../helpers/drawer.js'),
  },
  {
    breaks: 'a pure stage knows MySQL',
    rule: 'pure-rooms-know-no-rim',
    file: 'src/drift/reads.ts',
    text: imports('../io/mysql/pool.js'),
  },
  {
    breaks: 'a pure stage uses a package',
    rule: 'pure-rooms-use-no-packages',
    file: 'src/drift/logs.ts',
    text: imports('pino'),
  },
  {
    breaks: 'a pure stage reads files',
    rule: 'pure-rooms-use-no-node',
    file: 'src/drift/files.ts',
    text: imports('node:fs'),
  },
  {
    breaks: 'a measuring stage parses texts',
    rule: 'texts-are-parsed-in-model',
    file: 'src/drift/parses.ts',
    text: imports('yaml'),
  },
  {
    breaks: 'a neighbour knows Temporal',
    rule: 'io-knows-its-neighbour-only',
    file: 'src/io/csv/durable.ts',
    text: imports('@temporalio/client'),
  },
  { breaks: 'mysql2 outside its home', rule: 'vendor-mysql', file: 'activities/queries.ts', text: imports('mysql2') },
  {
    breaks: 'Slack outside its home',
    rule: 'vendor-slack',
    file: 'activities/posts.ts',
    text: imports('@slack/web-api'),
  },
  { breaks: 'mail outside its home', rule: 'vendor-mail', file: 'activities/mails.ts', text: imports('nodemailer') },
  {
    breaks: 'the Parquet reader outside its home',
    rule: 'vendor-parquet',
    file: 'activities/columns.ts',
    text: imports('hyparquet'),
  },
  {
    breaks: 'an activity knows workflows',
    rule: 'activities-stay-thin',
    file: 'activities/upwards.ts',
    text: imports('../workflows/cycle.js'),
  },
  {
    breaks: 'a workflow knows an activity',
    rule: 'workflows-know-the-contract-only',
    file: 'workflows/reads-activity.ts',
    text: importsType('activities', '../activities/create.js'),
  },
  {
    breaks: 'a workflow uses a package',
    rule: 'workflows-use-no-packages',
    file: 'workflows/parses.ts',
    text: imports('zod'),
  },
  {
    breaks: 'a workflow reads files',
    rule: 'workflows-use-no-node',
    file: 'workflows/files.ts',
    text: imports('node:fs'),
  },
  {
    breaks: 'an activity knows the process',
    rule: 'nothing-imports-run',
    file: 'activities/knows-run.ts',
    text: imports('../src/run/worker.js'),
  },
  {
    breaks: 'the client knows the product',
    rule: 'client-stands-alone',
    file: 'client/knows-product.ts',
    text: imports('../src/model/word.js'),
  },
  {
    breaks: 'the product rests on a test',
    rule: 'nothing-imports-tests',
    file: 'src/run/tested.ts',
    text: imports('../../test/unit/cycle.test.js'),
  },
  {
    breaks: 'the product rests on a development package',
    rule: 'no-development-packages',
    file: 'src/run/checks.ts',
    text: imports('fast-check'),
  },
  {
    breaks: 'a workflow reaches MySQL through a file that looks pure',
    rule: 'workflow-reaches-the-world',
    config: REACH,
    file: 'workflows/reaches.ts',
    text: imports('../src/response/looks-pure.js'),
    with: { 'src/response/looks-pure.ts': imports('../io/mysql/pool.js') },
  },
  {
    breaks: 'a workflow takes a value from the contract',
    rule: 'workflow-reaches-the-world',
    config: REACH,
    file: 'workflows/takes-value.ts',
    text: `import { Activities } from '../activities/contract.js';\nexport type Taken = Activities;`,
  },
  {
    breaks: 'a workflow reaches a Node module through a file that looks pure',
    rule: 'workflow-reaches-node',
    config: REACH,
    file: 'workflows/reaches-node.ts',
    text: imports('../src/response/hashes.js'),
    with: { 'src/response/hashes.ts': imports('node:crypto') },
  },
];

function cruise(config: string): readonly Violation[] {
  const program = join(checkout, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [program, '--config', join(checkout, config), '--output-type', 'json', '--no-progress'];
  const folders = ['src', 'workflows', 'activities', 'client', 'test'];
  const text = execFileSync(process.execPath, [...args, ...folders], {
    cwd: tree,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return (JSON.parse(text) as { summary: { violations: readonly Violation[] } }).summary.violations;
}

const rulesOf = (config: string): readonly string[] =>
  (createRequire(import.meta.url)(join(checkout, config)) as Rules).forbidden.map((rule) => rule.name);

describe('the import directions are guarded', () => {
  let found: Record<string, readonly Violation[]> = {};

  beforeAll(() => {
    const guilty = CASES.flatMap((one) => [[one.file, one.text] as const, ...Object.entries(one.with ?? {})]);
    for (const [path, text] of [...Object.entries(INNOCENT), ...guilty]) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), `${text}\n`);
    }
    for (const name of ['package.json', 'tsconfig.json']) copyFileSync(join(checkout, name), join(tree, name));
    found = { [ARROWS]: cruise(ARROWS), [REACH]: cruise(REACH) };
  });
  afterAll(() => {
    rmSync(tree, { recursive: true, force: true });
  });

  test.each(CASES.map((one) => [one.rule, one.breaks, one] as const))('%s is tripped when %s', (rule, _, one) => {
    const { file, config = ARROWS } = one;
    const named = found[config]?.filter((violation) => violation.from === file).map((violation) => violation.rule.name);
    expect(named).toContain(rule);
  });

  test('a house that keeps the rules is not accused', () => {
    const innocent = Object.keys(INNOCENT);
    const accused = Object.values(found)
      .flat()
      .filter((violation) => innocent.includes(violation.from));
    expect(accused).toEqual([]);
  });

  test('every rule has a case that trips it', () => {
    const proven = new Set(CASES.map((one) => one.rule));
    const rules = [...rulesOf(ARROWS), ...rulesOf(REACH)];
    expect(rules.filter((rule) => !proven.has(rule))).toEqual([]);
  });
});
