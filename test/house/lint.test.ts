import { join, resolve } from 'node:path';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, test } from 'vitest';

const checkout = resolve(import.meta.dirname, '../..');

/** One made-up file a folder; none of them exists, the text is handed over. */
const PURE = 'src/drift/made-up.ts';
const IO = 'src/io/made-up.ts';
const RUN = 'src/run/made-up.ts';
const WORKFLOW = 'workflows/made-up.ts';
const ACTIVITY = 'activities/made-up.ts';
const TEST = 'test/unit/made-up.test.ts';

const lines = (count: number): string => Array.from({ length: count }, (_, i) => `  n += ${String(i)};`).join('\n');
const longFunction = (count: number): string =>
  `export function f(): number {\n  let n = 0;\n${lines(count)}\n  return n;\n}\n`;
const longFile = (count: number): string =>
  Array.from({ length: count }, (_, i) => `export const a${String(i)} = ${String(i)};`).join('\n');

const IMPORTS = '@typescript-eslint/no-restricted-imports';
const GLOBALS = 'no-restricted-globals';
const SYNTAX = 'no-restricted-syntax';
const PROPERTIES = 'no-restricted-properties';
const FLOATING = '@typescript-eslint/no-floating-promises';

const REFUSED: readonly (readonly [string, string, string, string])[] = [
  [
    'a pure stage that imports a Node module',
    IMPORTS,
    PURE,
    `import { readFileSync } from 'node:fs';\nexport const f = readFileSync;`,
  ],
  [
    'a pure stage that imports a Node module by its old name',
    IMPORTS,
    PURE,
    `import { readFileSync } from 'fs';\nexport const f = readFileSync;`,
  ],
  [
    'a pure stage that imports Temporal',
    IMPORTS,
    PURE,
    `import { sleep } from '@temporalio/workflow';\nexport const f = sleep;`,
  ],
  [
    'a pure stage that imports mysql2',
    IMPORTS,
    PURE,
    `import { createPool } from 'mysql2';\nexport const f = createPool;`,
  ],
  [
    'a pure stage that imports Slack',
    IMPORTS,
    PURE,
    `import { WebClient } from '@slack/web-api';\nexport const f = WebClient;`,
  ],
  [
    'a pure stage that imports the rim',
    IMPORTS,
    PURE,
    `import { f } from '../io/made-up.js';\nexport const g: unknown = f;`,
  ],
  ['a pure stage with a clock', PROPERTIES, PURE, `export const f = (): number => Date.now();`],
  ['a pure stage with a clock in a date', SYNTAX, PURE, `export const f = (): Date => new Date();`],
  ['a pure stage in the machine’s time zone', SYNTAX, PURE, `export const f = (d: Date): number => d.getHours();`],
  ['a pure stage with chance', PROPERTIES, PURE, `export const f = (): number => Math.random();`],
  ['a pure stage that reads the environment', GLOBALS, PURE, `export const f = process.env['HOME'];`],
  ['a pure stage that prints', GLOBALS, PURE, `console.log('here');`],
  [
    'a neighbour that imports Temporal',
    IMPORTS,
    IO,
    `import type { Client } from '@temporalio/client';\nexport type C = Client;`,
  ],
  [
    'a workflow that imports a Node module',
    IMPORTS,
    WORKFLOW,
    `import { readFileSync } from 'node:fs';\nexport const f = readFileSync;`,
  ],
  [
    'a workflow that imports the client',
    IMPORTS,
    WORKFLOW,
    `import type { Client } from '@temporalio/client';\nexport type C = Client;`,
  ],
  [
    'a workflow that imports a neighbour',
    IMPORTS,
    WORKFLOW,
    `import { f } from '../src/io/made-up.js';\nexport const g: unknown = f;`,
  ],
  [
    'a workflow that imports the process',
    IMPORTS,
    WORKFLOW,
    `import { f } from '../src/run/made-up.js';\nexport const g: unknown = f;`,
  ],
  [
    'a workflow that imports an activity',
    IMPORTS,
    WORKFLOW,
    `import type { f } from '../activities/create.js';\nexport type G = typeof f;`,
  ],
  [
    'a workflow that imports a value of the contract',
    IMPORTS,
    WORKFLOW,
    `import { f } from '../activities/contract.js';\nexport const g: unknown = f;`,
  ],
  ...[
    'process',
    'performance',
    'crypto',
    'fetch',
    'Buffer',
    'structuredClone',
    'Temporal',
    'setTimeout',
    'WeakRef',
  ].map((name) => [`a workflow that uses ${name}`, GLOBALS, WORKFLOW, `export const f: unknown = ${name};`] as const),
  ['a workflow with figures of its own', PROPERTIES, WORKFLOW, `export const f = (x: number): number => Math.exp(x);`],
  [
    'a workflow that throws a bare error',
    SYNTAX,
    WORKFLOW,
    `export function f(): never {\n  throw new Error('no');\n}`,
  ],
  [
    'a workflow that forgets a promise',
    FLOATING,
    WORKFLOW,
    `import { sleep } from '@temporalio/workflow';\nexport function f(): void {\n  sleep(1);\n}`,
  ],
  [
    'a workflow that throws a promise away',
    FLOATING,
    WORKFLOW,
    `import { sleep } from '@temporalio/workflow';\nexport function f(): void {\n  void sleep(1);\n}`,
  ],
  [
    'an activity that forgets a promise',
    FLOATING,
    ACTIVITY,
    `export function f(g: () => Promise<void>): void {\n  g();\n}`,
  ],
  [
    'a promise where a truth value belongs',
    '@typescript-eslint/no-misused-promises',
    RUN,
    `export const f = (g: () => Promise<boolean>): number => {\n  if (g()) return 1;\n  return 0;\n};`,
  ],
  [
    'a switch that forgets a case',
    '@typescript-eslint/switch-exhaustiveness-check',
    RUN,
    `export function f(x: 'a' | 'b'): number {\n  switch (x) {\n    case 'a':\n      return 1;\n  }\n  return 0;\n}`,
  ],
  ['an any', '@typescript-eslint/no-explicit-any', RUN, `export const f = (x: any): number => Number(x);`],
  [
    'an export without a written type',
    '@typescript-eslint/explicit-module-boundary-types',
    RUN,
    `export const f = (x: number) => x;`,
  ],
  ['a default export', SYNTAX, RUN, `const f = 1;\nexport default f;`],
  ['a re-export of everything', SYNTAX, RUN, `export * from './settings.js';`],
  ['a loose comparison', 'eqeqeq', RUN, `export const f = (x: number): boolean => x == 1;`],
  ['a function of 61 lines and more', 'max-lines-per-function', RUN, longFunction(60)],
  ['a file of more than 300 lines of code', 'max-lines', RUN, longFile(301)],
  ['a test file of more than 300 lines of code', 'max-lines', TEST, longFile(301)],
  ['a test that is left out', SYNTAX, TEST, `import { test } from 'vitest';\ntest.skip('promise', () => undefined);`],
  [
    'a test that runs alone',
    SYNTAX,
    TEST,
    `import { describe } from 'vitest';\ndescribe.only('promise', () => undefined);`,
  ],
  [
    'a test that leaves itself out',
    SYNTAX,
    TEST,
    `import { test } from 'vitest';\ntest('promise', (context) => {\n  context.skip();\n});`,
  ],
];

const ALLOWED: readonly (readonly [string, string, string])[] = [
  [
    'a pure stage that imports a stage',
    PURE,
    `import { MODEL_ID } from '../model/ids.js';\nexport const f = MODEL_ID;`,
  ],
  ['a date made of a given time', PURE, `export const f = (at: number): number => new Date(at).getUTCHours();`],
  ['a counted loop that asserts its bound', PURE, `export const f = (x: Float64Array): number => x[0]! + 1;`],
  [
    'a workflow with the types of the contract',
    WORKFLOW,
    `import type { Activities } from '../activities/contract.js';\nexport type A = Activities;`,
  ],
  ['a file of 300 lines of code and any comments', RUN, `// why\n${longFile(300)}\n\n// why`],
  ['a long test function', TEST, longFunction(80)],
];

describe('lint guards what the compiler cannot see', () => {
  let eslint: ESLint;

  beforeAll(() => {
    const made = [PURE, IO, RUN, WORKFLOW, ACTIVITY, TEST];
    const projectService = { allowDefaultProject: made, defaultProject: 'tsconfig.json' };
    const overrideConfig = [{ files: ['**/*.ts'], languageOptions: { parserOptions: { projectService } } }];
    eslint = new ESLint({ cwd: checkout, overrideConfig });
  });

  async function rulesBroken(file: string, text: string): Promise<readonly (string | null)[]> {
    const results = await eslint.lintText(`${text}\n`, { filePath: join(checkout, file) });
    return results.flatMap((result) => result.messages.map((message) => message.ruleId));
  }

  test.each(REFUSED)('%s is refused by %s', async (_, rule, file, text) => {
    expect(await rulesBroken(file, text)).toContain(rule);
  });

  test.each(ALLOWED)('%s is allowed', async (_, file, text) => {
    const guards = [IMPORTS, GLOBALS, SYNTAX, PROPERTIES, 'max-lines', 'max-lines-per-function', null];
    const broken = await rulesBroken(file, text);
    expect(broken.filter((rule) => guards.includes(rule) || rule?.includes('non-null'))).toEqual([]);
  });
});
