import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkout, repositoryFiles, textOf } from './files.js';

const files = repositoryFiles();
const documents = files.filter((path) => path.endsWith('.md'));
const folders = new Set(files.flatMap((path) => path.split('/').map((_, at, parts) => parts.slice(0, at).join('/'))));
const isThere = (path: string): boolean => path === '' || path === '.' || files.includes(path) || folders.has(path);

/** GitHub's anchors: lower case, punctuation dropped, spaces to dashes. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const withoutFences = (text: string): string => text.replaceAll(/^(`{3,})[\s\S]*?^\1$/gm, '');

function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...withoutFences(text).matchAll(/^#{1,6} +(.+)$/gm)].map((match) => anchorOf(match[1] ?? ''));
  return new Set(headings);
}

/** Links of a document that lead nowhere. Addresses of other sites are not tried: that would test the network. */
function deadLinks(
  path: string,
  text: string,
  has: (path: string) => boolean,
  read: (path: string) => string,
): string[] {
  const targets = [...withoutFences(text).matchAll(/\]\(<?([^)>\s]+)>?(?: "[^"]*")?\)/g)].map(
    (match) => match[1] ?? '',
  );
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = '', anchor] = target.split('#');
      const full = file === '' ? path : normalize(join(dirname(path), file)).replace(/\/$/, '');
      if (!has(full)) return true;
      return anchor !== undefined && full.endsWith('.md') && !anchorsOf(read(full)).has(anchor);
    });
}

/** Commands and files that a document names and the repository does not have. */
function deadNames(text: string, scripts: readonly string[], has: (path: string) => boolean): string[] {
  const commands = [...text.matchAll(/\bnpm run ([a-z][\w:-]*)/g)].map((match) => match[1] ?? '');
  const code = [...text.matchAll(/`((?:src|workflows|activities|test|examples|bench|docs|setup|\.ci)\/[\w./-]*)`/g)];
  const paths = code.map((match) => (match[1] ?? '').replace(/\/$/, ''));
  return [
    ...commands.filter((name) => !scripts.includes(name)).map((name) => `npm run ${name}`),
    ...paths.filter((path) => !has(path)),
  ];
}

/**
 * The map in README: the fenced block after the comment `<!-- map -->`. One folder a line, its name with a slash first,
 * then what it is for; what lies inside another folder is indented below it.
 */
function mapOf(readme: string): readonly string[] | null {
  const block = /<!-- map -->\s*```\w*\n([\s\S]*?)```/.exec(readme)?.[1];
  if (block === undefined) return null;
  const open: { depth: number; path: string }[] = [];
  return block.split('\n').flatMap((line) => {
    const [, indent = '', name] = /^( *)(\.?[\w-]+)\//.exec(line) ?? [];
    if (name === undefined) return [];
    while ((open.at(-1)?.depth ?? -1) >= indent.length) open.pop();
    const path = [...open.map((folder) => folder.path).slice(-1), name].join('/');
    open.push({ depth: indent.length, path });
    return [path];
  });
}

/** What the map says that is not so, and what it does not say: top-level folders and the rooms of src/ must be in it. */
function mapFaults(readme: string, all: ReadonlySet<string>): readonly string[] {
  const map = mapOf(readme);
  if (map === null) return ['README.md has no map (a fenced block after <!-- map -->)'];
  const must = [...all].filter((path) => /^[^./][^/]*$/.test(path) || /^src\/[^/]+$/.test(path));
  return [
    ...map.filter((path) => !all.has(path)).map((path) => `${path}/ is in the map and not in the tree`),
    ...must.filter((path) => !map.includes(path)).map((path) => `${path}/ is in the tree and not in the map`),
  ];
}

describe('the documents tell the truth about the repository', () => {
  const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const read = (path: string): string => textOf(path) ?? '';

  test.each(['README.md', 'LICENSE', 'CHANGELOG.md', 'CONTRIBUTING.md'])('%s is there', (name) => {
    expect(existsSync(join(checkout, name))).toBe(true);
  });

  test('every link between documents leads somewhere', () => {
    const dead = documents.flatMap((path) =>
      deadLinks(path, read(path), isThere, read).map((link) => `${path}: ${link}`),
    );
    expect(dead).toEqual([]);
  });

  test('a dead link would be noticed', () => {
    const text =
      '# One\n[a](b.md) [b](#one) [c](#two) [d](c.md#three) [e](https://example.org/x)\n```\n[f](gone)\n```\n';
    const has = (path: string): boolean => ['docs/a.md', 'docs/c.md'].includes(path);
    expect(deadLinks('docs/a.md', text, has, () => text)).toEqual(['b.md', '#two', 'c.md#three']);
  });

  test('every command and file that a document names is there', () => {
    const dead = documents
      .filter((path) => path !== 'CHANGELOG.md')
      .flatMap((path) =>
        deadNames(read(path), Object.keys(manifest.scripts), isThere).map((name) => `${path}: ${name}`),
      );
    expect(dead).toEqual([]);
  });

  test('a command or file that is gone would be noticed', () => {
    const text = 'Type `npm run gone`, or npm run demo; see `src/gone.ts`, `src/model/`, `src/<stage>` and `test/…`.';
    expect(deadNames(text, ['demo'], (path) => path === 'src/model')).toEqual(['npm run gone', 'src/gone.ts']);
  });

  test('the map in README is the tree', () => {
    const readme = documents.includes('README.md') ? read('README.md') : '';
    expect(mapFaults(readme, folders)).toEqual([]);
  });

  test('a map that is not the tree would be noticed', () => {
    const all = new Set(['', '.ci', 'src', 'src/model', 'src/io', 'src/io/mysql', 'test']);
    const readme = '<!-- map -->\n\n```text\nsrc/\n  model/   words\n  gone/    was here\n.ci/       checks\n```\n';
    expect(mapFaults(readme, all)).toEqual([
      'src/gone/ is in the map and not in the tree',
      'src/io/ is in the tree and not in the map',
      'test/ is in the tree and not in the map',
    ]);
    expect(mapFaults('no map here', all)).toHaveLength(1);
  });
});
