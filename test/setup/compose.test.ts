// The compose stack cannot be run without a container engine; what can be told from its text is checked here.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { searchAttributes } from '../../src/run/stack/search-attributes.js';

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly restart?: string;
}

const checkout = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(checkout, path), 'utf8');
const text = read('docker-compose.yml');
const { services, volumes } = parse(text, { merge: true, strict: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};

describe('docker-compose.yml', () => {
  test('has Temporal with its UI, MySQL 8.4 and a worker', () => {
    expect(Object.keys(services)).toEqual(expect.arrayContaining(['temporal', 'temporal-ui', 'mysql', 'worker']));
    expect(services['mysql']?.image).toBe('mysql:8.4');
  });

  test.each(Object.entries(services))(
    '%s waits only for services that exist and can be waited for so',
    (_name, service) => {
      for (const [awaited, { condition }] of Object.entries(service.depends_on ?? {})) {
        expect(Object.keys(services)).toContain(awaited);
        const isJob = services[awaited]?.restart?.startsWith('on-failure') === true;
        expect(condition).toBe(isJob ? 'service_completed_successfully' : 'service_healthy');
        expect(isJob || services[awaited]?.healthcheck !== undefined).toBe(true);
      }
    },
  );

  test.each(Object.entries(services))(
    '%s has a pinned image or is built here, and opens loopback only',
    (_name, service) => {
      if (service.build === undefined) expect(service.image).toMatch(/^[\w/]+(-[\w]+)*:\d+(\.\d+)*$/);
      else expect(existsSync(join(checkout, service.build.context, service.build.dockerfile))).toBe(true);
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    },
  );

  test.each(Object.entries(services))('%s mounts what exists or is declared', (_name, service) => {
    for (const mount of service.volumes ?? []) {
      const [source = ''] = mount.split(':');
      const isThere = source.startsWith('.') ? existsSync(join(checkout, source)) : Object.hasOwn(volumes, source);
      expect(isThere).toBe(true);
    }
  });

  test('holds no password, and does not start without one', () => {
    const passwords = text.match(/^\s*\w*(PASSWORD|PWD): .*$/gm) ?? [];
    expect(passwords.length).toBeGreaterThan(2);
    for (const line of passwords) expect(line).toMatch(/: (\$\{\w+:\?set \w+\}|'1')$/);
  });

  test('connects the worker to the two servers', () => {
    expect(services['worker']?.environment).toMatchObject({
      MYSQL_URL: expect.stringMatching(/@mysql:3306\/plumbline$/) as string,
      TEMPORAL_ADDRESS: 'temporal:7233',
    });
  });
});

describe('what the stack mounts', () => {
  test('registers every search attribute that the workflows set', () => {
    const registered = /for name in (.*); do/.exec(read('docker/temporal/register.sh'))?.[1]?.split(' ');
    expect(registered).toEqual(Object.keys(searchAttributes));
    expect(new Set(Object.values(searchAttributes))).toEqual(new Set(['Keyword']));
  });

  test.each(['schema.sh', 'register.sh'])('%s is a script that the shell can read', (name) => {
    expect(() => execFileSync('/bin/sh', ['-n', join(checkout, 'docker/temporal', name)])).not.toThrow();
  });

  test('the dynamic configuration is a list of values for each key', () => {
    for (const values of Object.values(parse(read('docker/temporal/dynamic-config.yaml')) as object)) {
      expect(values).toEqual([expect.objectContaining({ value: expect.anything() as unknown })]);
    }
  });
});

describe('docker/Dockerfile', () => {
  const lines = read('docker/Dockerfile').split('\n');

  test('runs as a user without rights, on glibc, without development packages', () => {
    const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
    expect(last).toContain('USER node');
    expect(lines.filter((line) => line.startsWith('FROM ')).every((line) => line.includes('node:20-slim'))).toBe(true);
    expect(lines.join('\n')).toContain('npm ci --omit=dev --ignore-scripts');
  });

  test('copies only what exists in the checkout', () => {
    const copied = lines.filter((line) => line.startsWith('COPY ') && !line.includes('--from='));
    for (const line of copied) {
      for (const source of line.split(' ').slice(1, -1)) expect(existsSync(join(checkout, source))).toBe(true);
    }
  });
});
