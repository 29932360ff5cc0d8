import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

interface Entry {
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
type Packages = Readonly<Record<string, Entry>>;

const checkout = resolve(import.meta.dirname, '../..');
const readJson = (name: string): unknown => JSON.parse(readFileSync(join(checkout, name), 'utf8'));
const { packages } = readJson('package-lock.json') as { packages: Packages };
const manifest = readJson('package.json') as Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;

/** `node_modules/a/node_modules/@b/c` is the package `@b/c`. */
const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

const entriesOf = (all: Packages, name: string): readonly (readonly [string, Entry])[] =>
  Object.entries(all).filter(([path]) => path !== '' && nameOf(path) === name);

/** Native packages that must be there for each system people develop on; npm drops missing ones without a word. */
const NATIVE = ['@swc/core', 'rolldown', 'esbuild', 'oxc-parser', 'oxc-resolver', '@resvg/resvg-js', 'lightningcss'];
const SYSTEMS = ['darwin-arm64', 'darwin-x64', 'win32-x64', 'linux-x64', 'linux-arm64'];

/** `@swc/core-win32-x64-msvc`, `@esbuild/win32-x64`, `@rolldown/binding-darwin-arm64` are all for their system. */
const isFor = (dependency: string, system: string): boolean =>
  new RegExp(`(^|[/-])${system}(-(msvc|gnu))?$`).test(dependency);

/** What is wrong with the native packages of a lock file, in words. */
function nativeFaults(all: Packages): readonly string[] {
  return NATIVE.flatMap((name) =>
    entriesOf(all, name).flatMap(([path, entry]) => {
      const wanted = Object.keys(entry.optionalDependencies ?? {});
      return SYSTEMS.flatMap((system) => {
        const named = wanted.filter((dependency) => isFor(dependency, system));
        if (named.length === 0) return [`${path} names no package for ${system}`];
        const missing = named.filter((dependency) => entriesOf(all, dependency).length === 0);
        return missing.map((dependency) => `${dependency} is not in the lock file`);
      });
    }),
  );
}

const addressed = (all: Packages): readonly string[] =>
  Object.keys(all).filter((path) => all[path]?.resolved !== undefined && all[path].link !== true);

describe('the lock file works everywhere', () => {
  test('no package names the address it came from', () => {
    expect(addressed(packages)).toEqual([]);
  });

  test('an address would be noticed', () => {
    expect(addressed({ 'node_modules/a': { version: '1.0.0', resolved: 'https://packages.example/a.tgz' } })).toEqual([
      'node_modules/a',
    ]);
  });

  test('the packages of every supported system are in it', () => {
    expect(entriesOf(packages, '@swc/core')).toHaveLength(1);
    expect(entriesOf(packages, 'rolldown')).toHaveLength(1);
    expect(nativeFaults(packages)).toEqual([]);
  });

  test.each(['@swc/core-darwin-x64', '@rolldown/binding-win32-x64-msvc', '@oxc-parser/binding-darwin-arm64'])(
    'a dropped %s would be noticed',
    (name) => {
      const kept = Object.fromEntries(Object.entries(packages).filter(([path]) => nameOf(path) !== name));
      expect(nativeFaults(kept)).toEqual([`${name} is not in the lock file`]);
    },
  );

  test('every Temporal package has one version, the same for all', () => {
    const found = Object.entries(packages).filter(([path]) => nameOf(path).startsWith('@temporalio/'));
    expect(found.length).toBeGreaterThan(5);
    expect(new Set(found.map(([, entry]) => entry.version)).size).toBe(1);
    expect(new Set(found.map(([path]) => nameOf(path))).size).toBe(found.length);
  });

  test('Temporal and we share one protobufjs 8: with several copies, replay of stored histories fails', () => {
    const eights = entriesOf(packages, 'protobufjs').filter(([, entry]) => entry.version?.startsWith('8.'));
    expect(eights.map(([path]) => path)).toEqual(['node_modules/protobufjs']);
  });

  test('every direct dependency is pinned to one version, and the lock file holds it', () => {
    const direct = Object.entries({ ...manifest['dependencies'], ...manifest['devDependencies'] });
    const loose = direct.filter(([name, version]) => packages[`node_modules/${name}`]?.version !== version);
    expect(loose).toEqual([]);
  });
});
